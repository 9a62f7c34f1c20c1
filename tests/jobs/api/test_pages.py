"""The number of rows of a page is bounded, however it is written."""

import pytest

from tests.people import Person


@pytest.mark.parametrize(
    "limit", ["0", "201", "-1", "1.0", "٣", "0000000011111", "000000001" + "0" * 5000]
)
def test_an_invalid_page_size_is_refused(owner: Person, limit: str) -> None:
    response = owner.client.get("/api/v1/jobs", {"limit": limit})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/limit")


def test_the_largest_page_size_is_accepted(owner: Person) -> None:
    assert owner.client.get("/api/v1/jobs?limit=200").status_code == 200
