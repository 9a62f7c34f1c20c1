"""New documents are read before the search; unreadable ones are listed."""

from datetime import timedelta

import pytest

from documents import reader as pages
from documents.extraction import ocr
from documents.models import Document, DocumentText, Passage
from documents.search import unread_documents
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search, searched
from tests.people import Person

pytestmark = pytest.mark.django_db

BRIDGE = b"The bearings of the bridge are to be replaced, as it was agreed."


class Stopped(Exception):
    """Raised by a callback, as a cancelled job does."""


def test_a_document_is_read_once(
    upload: Upload, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(made.saved(made.picture("The bearings are new")), "scan.png")
    assert len(search("bearings")) == 1
    monkeypatch.setattr(ocr, "read", lambda picture: pytest.fail("read again"))
    assert len(search("bearings")) == 1


def test_a_file_that_cannot_be_read_is_listed_and_the_others_are_searched(
    upload: Upload, owner: Person
) -> None:
    good = upload(BRIDGE, "good.txt")
    locked = upload(made.locked_pdf(), "locked.pdf")
    job = searched(owner, "bearings")
    assert [item["document"] for item in job.output["items"]] == [str(good.pk)]
    [unread] = job.output["unread"]
    assert (unread["document"], unread["code"]) == (str(locked.pk), "password_protected")
    assert (job.output["documents"], job.output["pages"]) == (2, 1)


def test_unreadable_files_do_not_count_as_read(upload: Upload, owner: Person) -> None:
    good = upload(BRIDGE, "good.txt")
    oldest = good.created_at - timedelta(days=1)  # so the last in turn
    Document.objects.filter(pk=good.pk).update(created_at=oldest)
    for number in range(3):
        upload(b"%PDF-1.7\n" + bytes(range(256)) * number, f"junk-{number}.pdf")
    output = searched(owner, "bearings", read=1).output
    assert [item["document"] for item in output["items"]] == [str(good.pk)]
    assert {one["code"] for one in output["unread"]} == {"unreadable"}


def test_the_caller_limits_the_documents_to_read(upload: Upload, owner: Person) -> None:
    for number in range(4):
        upload(BRIDGE + b"%d" % number, f"{number}.txt")
    output = searched(owner, "bearings", read=1).output
    assert (len(output["items"]), output["unread_documents"]) == (1, 3)
    assert {one["code"] for one in output["unread"]} == {"not_read_yet"}
    output = searched(owner, "bearings", read=0).output
    assert (len(output["items"]), output["unread_documents"]) == (1, 3)
    output = searched(owner, "bearings").output
    assert (len(output["items"]), output["unread_documents"]) == (4, 0)


def test_a_search_after_its_time_covers_the_pages_read_so_far(
    upload: Upload, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = upload(made.pdf("The bearings are new", "The bearings are old"), "two.pdf")

    def stop(number: int, total: int) -> None:
        if number == 2:
            raise Stopped

    with pytest.raises(Stopped):
        pages.extract(document, stop)
    monkeypatch.setattr(unread_documents, "READ_BUDGET_SECONDS", -1.0)
    output = searched(owner, "bearings").output
    assert [item["page"] for item in output["items"]] == [1]
    [unread] = output["unread"]
    assert (unread["document"], unread["code"]) == (str(document.pk), "not_read_yet")


def test_pages_read_before_the_index_existed_are_found(upload: Upload, search: Search) -> None:
    document = upload(BRIDGE, "old.txt")
    pages.extract(document)
    Passage.objects.all().delete()
    assert len(search("bearings")) == 1
    assert DocumentText.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_document_removed_before_its_turn_is_left_out(
    upload: Upload, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = upload(BRIDGE, "gone.txt"), upload(BRIDGE + b"!", "kept.txt")
    extract = pages.extract

    def removing(document: Document, on_page: pages.OnPage) -> object:
        Document.objects.filter(pk=gone.pk).delete()
        return extract(document, on_page)

    monkeypatch.setattr(pages, "extract", removing)
    output = searched(owner, "bearings").output
    assert [item["document"] for item in output["items"]] == [str(kept.pk)]
    assert (output["documents"], output["unread"]) == (1, [])


def test_each_document_is_a_step(upload: Upload, owner: Person) -> None:
    document = upload(BRIDGE, "a.txt")
    job = searched(owner, "bearings")
    names = list(job.steps.values_list("name", flat=True))
    assert names == ["unread", f"read-{document.pk}", "search"]
