"""Limits and weights of an organization that are not valid are refused."""

from typing import Any

import pytest

from tests.jobs.submission.organization_limits import path_of
from tests.people import Person


@pytest.mark.parametrize(
    ("overrides", "pointer", "code"),
    [
        ({"user": -1}, "/overrides/user", "invalid"),
        ({"user": "3"}, "/overrides/user", "invalid"),
        ({"teams": 3}, "/overrides/teams", "invalid"),
        ({"limited": {"user": None}}, "/overrides/limited/user", "invalid"),
        ({"limited": {"teams": 3}}, "/overrides/limited/teams", "invalid"),
        ({"limited": {"subject": 3}}, "/overrides/limited/subject", "invalid"),
        ({"no/type": {"user": 3}}, "/overrides/no~1type", "unknown_job_type"),
        ([], "/overrides", "dict_type"),
    ],
)
def test_limits_that_are_not_valid_are_refused(
    operator: Person, overrides: Any, pointer: str, code: str
) -> None:
    path = f"/api/v1/{path_of(operator.organization)}"
    response = operator.client.put(path, {"overrides": overrides, "weight": 1}, "json")
    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]


@pytest.mark.parametrize("weight", [0, -1, 1001, "2", None])
def test_a_weight_that_is_not_valid_is_refused(operator: Person, weight: Any) -> None:
    path = f"/api/v1/{path_of(operator.organization)}"
    response = operator.client.put(path, {"overrides": {}, "weight": weight}, "json")
    assert response.status_code == 422
    assert [each["pointer"] for each in response.json()["errors"]] == ["/weight"]
