"""Parallel uploads of one content are stored once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from documents import store
from documents.models import Document
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4


def test_parallel_uploads_give_one_document(owner: Person) -> None:
    def upload(number: int) -> UUID:
        try:
            content = ContentFile(b"the same content", f"{number}.txt")
            return store.add(content, organization=owner.organization, owner=owner.user).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ids = list(pool.map(upload, range(AT_ONCE)))
    document = Document.objects.get()
    assert set(ids) == {document.pk}
    with document.file.open("rb") as content:
        assert content.read() == b"the same content"
