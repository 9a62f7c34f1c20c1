"""Row and file of a document stay together after any failure."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from pytest_django.fixtures import Settings

from documents import store
from documents.models import Document, content_path
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_path_of_a_file_follows_its_content(upload: Upload, media: Path) -> None:
    document = upload(b"hello", "../../hello.txt")
    assert document.name == "hello.txt"
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    expected = media / "documents" / str(document.organization_id) / "2c" / digest
    assert files(media) == [expected]
    assert expected.read_bytes() == b"hello"


def test_a_row_that_cannot_be_written_leaves_no_file(
    owner: Person, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Document, **options: Any) -> None:
        if self.name == "second.txt":
            raise DatabaseError("the connection is gone")
        save(self, **options)

    save = Document.save
    monkeypatch.setattr(Document, "save", broken)
    uploads = [ContentFile(b"one", "first.txt"), ContentFile(b"two", "second.txt")]
    with pytest.raises(DatabaseError):
        store.add_all(uploads, organization=owner.organization, owner=owner.user)
    assert not Document.objects.exists()
    assert files(media) == []


def test_an_incomplete_file_is_replaced(upload: Upload, owner: Person) -> None:
    path = content_path(upload(b"hello", "a.txt"), "")
    Document.objects.all().delete()
    default_storage.delete(path)
    default_storage.save(path, ContentFile(b"hel"))
    document = upload(b"hello", "a.txt")
    assert document.file.name == path
    assert document.file.read() == b"hello"
    document.file.close()


def test_a_deletion_removes_row_text_and_file(upload: Upload, owner: Person, media: Path) -> None:
    document = upload(b"hello", "a.txt")
    document.texts.create(number=1, text="hello", method="native")
    assert owner.client.delete(f"/api/v1/documents/{document.pk}").status_code == 204
    assert not Document.objects.exists()
    assert files(media) == []


def test_a_file_with_a_document_is_no_orphan(upload: Upload) -> None:
    document = upload(b"hello", "a.txt")
    assert not store.remove_unreferenced(str(document.file.name))
    assert default_storage.exists(str(document.file.name))
