"""A failed upload leaves no file behind."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import store
from documents.models import Document
from documents.upload_staging import StagedFile
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_file_stays_without_its_document(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    store_one = store._store_one
    paths: list[str] = []

    def fail_at_the_second(file: StagedFile, document: Document, path: str) -> store.AddedDocument:
        if paths:
            assert default_storage.exists(paths[0])
            raise OSError("no space left on device")
        paths.append(path)
        return store_one(file, document, path)

    monkeypatch.setattr(store, "_store_one", fail_at_the_second)
    files = [SimpleUploadedFile("a.txt", b"first"), SimpleUploadedFile("b.txt", b"second")]
    response = owner.client.post("/api/v1/documents", {"files": files}, format="multipart")
    assert response.status_code == 500
    assert not default_storage.exists(paths[0])
    assert not Document.objects.exists()
