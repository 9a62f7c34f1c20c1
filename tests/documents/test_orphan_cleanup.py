"""The sweep removes files without a document, and none that is being written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from documents import orphan_cleanup, store, tasks
from documents.models import Document
from documents.orphan_cleanup import CleanupResult
from tests.documents.conftest import Upload
from tests.documents.stores import folder
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_grace(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": folder(tmp_path)}
    monkeypatch.setattr(orphan_cleanup, "GRACE_PERIOD", timedelta(0))


def orphan(organization: object, digest: str) -> str:
    path = f"documents/{organization}/{digest[:2]}/{digest}"
    default_storage.save(path, ContentFile(b"left by a crash"))
    return path


def test_a_file_without_a_document_is_removed_and_others_stay(
    upload: Upload, owner: Person
) -> None:
    document = upload(b"hello", "a.txt")
    beside = orphan(owner.organization.pk, f"{document.digest[:2]}{'0' * 62}")
    of_nobody = orphan(uuid4(), f"{document.digest[:2]}{'1' * 62}")
    elsewhere = orphan(owner.organization.pk, "ff" * 32)
    assert orphan_cleanup.clean_up(int(document.digest[:2], 16)) == CleanupResult(removed=2)
    paths = (str(document.file.name), beside, of_nobody, elsewhere)
    kept = [default_storage.exists(path) for path in paths]
    assert kept == [True, False, False, True]


def test_a_new_file_stays(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphan_cleanup, "GRACE_PERIOD", timedelta(hours=1))
    path = orphan(owner.organization.pk, "ab" * 32)
    assert orphan_cleanup.clean_up(0xAB) == CleanupResult()
    assert default_storage.exists(path)


def test_a_document_without_its_file_is_reported(
    upload: Upload, capsys: pytest.CaptureFixture[str]
) -> None:
    document = upload(b"hello", "a.txt")
    default_storage.delete(str(document.file.name))
    call_command("sweep_documents")
    assert capsys.readouterr().out == "0 files removed, 1 documents without file\n"
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_file_of_another_program_stays(owner: Person) -> None:
    default_storage.save("documents/README/ab/file", ContentFile(b"of somebody else"))
    assert orphan_cleanup.clean_up(0xAB) == CleanupResult()
    assert default_storage.exists("documents/README/ab/file")


def test_the_task_sweeps_each_part_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    for second in range(0, 86_400, 337):
        monkeypatch.setattr("time.time", lambda at=second: 1_700_006_400.0 + at)
        taken.append(orphan_cleanup.current_partition())
    assert sorted(set(taken)) == list(range(256))
    assert tasks.sweep() == {"removed": 0, "missing": 0, "aborted": 0}


def test_a_file_of_an_uncommitted_document_stays(
    owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, swept = Event(), Event()
    save = Document.save

    def late(self: Document, **options: Any) -> None:
        written.set()  # the file is there, its row is not
        assert swept.wait(30)
        save(self, **options)

    monkeypatch.setattr(Document, "save", late)

    def upload() -> Document:
        try:
            content = ContentFile(b"slow", "slow.txt")
            return store.add(content, organization=owner.organization, owner=owner.user)
        finally:
            connection.close()

    def look() -> CleanupResult:
        try:
            return orphan_cleanup.clean_up(part)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        uploading = pool.submit(upload)
        assert written.wait(30)
        [path] = [p for p in tmp_path.rglob("*") if p.is_file()]
        part = int(path.name[:2], 16)
        sweeping_now = pool.submit(look)
        _wait_for_a_lock()
        swept.set()
        document = uploading.result(30)
        assert sweeping_now.result(30) == CleanupResult()
    with document.file.open("rb") as kept:
        assert kept.read() == b"slow"


def _wait_for_a_lock() -> None:
    """Return once the sweep waits for the upload."""
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            )
            [waiting] = cursor.fetchone()
