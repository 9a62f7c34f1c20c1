"""Uploads: all of the files or none, one copy per content."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from documents.models import Document
from tests.documents import made
from tests.people import Person

pytestmark = pytest.mark.django_db

URL = "/api/v1/documents"


def send(person: Person, **files: bytes) -> Any:
    parts = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return person.client.post(URL, {"files": parts}, format="multipart")


def test_many_files_are_stored_and_listed_in_order(owner: Person) -> None:
    response = send(owner, **{"b.pdf": made.pdf(), "a.txt": b"hello"})
    assert response.status_code == 201
    assert [(one["name"], one["media_type"]) for one in response.json()] == [
        ("b.pdf", "application/pdf"),
        ("a.txt", "text/plain"),
    ]
    assert Document.objects.of(owner.organization).count() == 2


def test_the_same_content_is_stored_once_in_an_organization(
    owner: Person, teammate: Person, stranger: Person
) -> None:
    first = send(owner, **{"a.txt": b"hello"})
    again = send(teammate, **{"copy.txt": b"hello"})
    theirs = send(stranger, **{"a.txt": b"hello"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert theirs.status_code == 201
    assert theirs.json()[0]["id"] != first.json()[0]["id"]


def test_the_same_content_twice_in_one_request_is_one_document(owner: Person) -> None:
    response = send(owner, **{"a.txt": b"hello", "b.txt": b"hello"})
    assert response.status_code == 201
    assert len({one["id"] for one in response.json()}) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.pdf", b"", "empty"),
        ("photo.png", made.pdf(), "type_mismatch"),
        ("notes.pdf", b"just text", "type_mismatch"),
        ("setup.exe", b"MZ\x90\x00" + bytes(200), "unsupported_type"),
        ("bomb.docx", made.docx_bomb(), "unpacks_too_large"),
        ("cut.docx", made.word()[:-200], "unreadable"),
    ],
)
def test_one_refused_file_refuses_the_request(
    owner: Person, name: str, content: bytes, code: str
) -> None:
    response = send(owner, **{"good.txt": b"hello", name: content})
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    faults = response.json()["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in faults] == [("/files/1", code)]
    assert name in faults[0]["detail"] or code in ("unpacks_too_large", "unreadable")
    assert not Document.objects.exists()


def test_a_file_over_the_limit_is_too_large(owner: Person, settings: Settings) -> None:
    settings.DOCUMENT_MAX_BYTES = 10
    response = send(owner, **{"long.txt": b"more than ten bytes"})
    assert response.status_code == 413
    assert not Document.objects.exists()


@pytest.mark.parametrize("data", [{}, {"file": "a"}])
def test_a_request_without_files_says_what_to_send(owner: Person, data: dict[str, str]) -> None:
    response = owner.client.post(URL, data, format="multipart")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/files"


def test_more_files_than_django_counts_are_a_problem_and_no_crash(owner: Person) -> None:
    response = send(owner, **{f"{n}.txt": b"%d" % n for n in range(101)})
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"


def test_json_is_not_an_upload(owner: Person) -> None:
    assert owner.client.post(URL, {"files": []}, format="json").status_code == 415
