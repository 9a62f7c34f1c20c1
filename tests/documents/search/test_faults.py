"""An unreadable file is read once, and every search lists it."""

from collections.abc import Callable
from typing import Any

import pytest

from documents import reader as pages
from documents import sandbox
from documents.errors import OcrTimedOut
from documents.extraction import plain
from documents.models import Document
from documents.search import unread_documents
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.search.conftest import searched
from tests.people import Person

pytestmark = pytest.mark.django_db

BRIDGE = b"The bearings of the bridge are to be replaced, as it was agreed."
FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "unreadable": (lambda: b"%PDF-1.7\n" + bytes(range(256)), "broken.pdf"),
    "password_protected": (made.locked_pdf, "locked.pdf"),
    "too_many_pixels": (made.huge_png, "huge.png"),
    "too_many_pages": (lambda: made.pdf("One", "Two"), "two.pdf"),
}


def test_an_unreadable_file_is_not_read_again_but_listed(
    upload: Upload, owner: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DOCUMENT_MAX_PAGES = 1
    for make, name in FAULTS.values():
        upload(make(), name)
    first = searched(owner, "bearings").output["unread"]
    assert {one["code"] for one in first} == FAULTS.keys()
    monkeypatch.setattr(sandbox, "start_child", lambda *given: pytest.fail("read again"))
    job = searched(owner, "bearings")
    assert (job.state, job.output["unread"]) == ("completed", first)
    assert job.output["unread_documents"] == len(FAULTS)


def test_unreadable_files_do_not_block_readable_ones(
    upload: Upload, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread_documents, "MAX_DOCUMENTS_READ", 2)
    upload(BRIDGE, "good.txt")
    for number in range(2):
        upload(b"%PDF-1.7\n" + bytes(range(256)) * number, f"junk-{number}.pdf")
    assert [len(searched(owner, "bearings").output["items"]) for _ in range(2)] == [0, 1]


def test_a_file_with_a_temporary_fault_is_read_again(
    upload: Upload, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(BRIDGE, "slow.txt")

    def late(*given: object) -> None:
        raise OcrTimedOut("It took longer than 60 seconds.")

    with monkeypatch.context() as slow:
        slow.setattr(plain, "open_pages", late)
        assert searched(owner, "bearings").output["unread"][0]["code"] == "ocr_timeout"
    assert searched(owner, "bearings").output["unread_documents"] == 0


def test_a_file_that_another_job_read_is_found(
    upload: Upload, owner: Person, settings: Any
) -> None:
    settings.DOCUMENT_MAX_PAGES = 1
    document = upload(made.pdf("The bearings are new", "The rest"), "two.pdf")
    assert searched(owner, "bearings").output["items"] == []
    settings.DOCUMENT_MAX_PAGES = 2
    pages.extract(Document.objects.get(pk=document.pk))
    output = searched(owner, "bearings").output
    assert (len(output["items"]), output["unread"]) == (1, [])
    assert Document.objects.get(pk=document.pk).fault is None
