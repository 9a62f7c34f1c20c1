"""Documents are visible to their organization alone."""

import pytest
from rest_framework.test import APIClient

from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db

URL = "/api/v1/documents"


def test_a_teammate_lists_and_reads_what_the_owner_uploaded(
    upload: Upload, teammate: Person
) -> None:
    document = upload(b"hello", "a.txt")
    listed = teammate.client.get(URL).json()["results"]
    assert [one["id"] for one in listed] == [str(document.pk)]
    read = teammate.client.get(f"{URL}/{document.pk}").json()
    assert (read["name"], read["size"], read["pages"]) == ("a.txt", 5, None)


def test_a_stranger_finds_no_document(upload: Upload, stranger: Person) -> None:
    document = upload(b"hello", "a.txt")
    assert stranger.client.get(URL).json()["results"] == []
    for path in ("", "/content", "/text"):
        response = stranger.client.get(f"{URL}/{document.pk}{path}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert stranger.client.delete(f"{URL}/{document.pk}").status_code == 404
    document.refresh_from_db()


def test_a_request_without_a_key_is_refused(upload: Upload) -> None:
    document = upload(b"hello", "a.txt")
    for path in ("", f"/{document.pk}", f"/{document.pk}/content", f"/{document.pk}/text"):
        assert APIClient().get(URL + path).status_code == 401


def test_an_invalid_id_is_not_found(owner: Person) -> None:
    response = owner.client.get(f"{URL}/not-an-id")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
