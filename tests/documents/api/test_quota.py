"""The storage quota of an organization."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django.fixtures import Settings

from documents import store
from jobs.errors import QuotaExceeded
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_beyond_the_quota_is_refused_and_a_stored_one_is_not(
    owner: Person, stranger: Person, settings: Settings
) -> None:
    settings.DOCUMENT_QUOTA_BYTES = 10

    def send(person: Person, content: bytes) -> tuple[int, str]:
        parts = {"files": [SimpleUploadedFile("a.txt", content)]}
        response = person.client.post("/api/v1/documents", parts, format="multipart")
        return response.status_code, response.json()["code"] if response.status_code >= 400 else ""

    assert send(owner, b"sixsix") == (201, "")
    assert send(owner, b"seven77") == (413, "quota_exceeded")
    assert send(owner, b"sixsix") == (200, "")
    assert send(stranger, b"seven77") == (201, "")


def test_parallel_uploads_do_not_exceed_the_quota(owner: Person, settings: Settings) -> None:
    settings.DOCUMENT_QUOTA_BYTES = 10

    def upload(number: int) -> bool:
        try:
            content = ContentFile(b"six %d" % number, "a.txt")
            store.add(content, organization=owner.organization, owner=owner.user)
            return True
        except QuotaExceeded:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(upload, range(10, 18))) == 1
