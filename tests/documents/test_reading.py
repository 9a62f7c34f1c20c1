"""Pages are read once, and an interrupted reading continues where it stopped."""

import uuid

import pytest

from documents import reader
from documents.errors import ContentMissing, DocumentMissing, UnreadableDocument
from jobs.ai import sources
from jobs.ai.sandbox import process
from tests.documents import made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db

THREE = made.pdf(*(f"This is page number {number} of the file" for number in (1, 2, 3)))


class Stopped(Exception):
    """Raised by a callback, as a cancelled job does."""


def test_a_second_reader_does_not_read_again(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = upload(made.saved(made.picture()), "scan.png")
    first = [page.text for page in reader.extract(document)]
    monkeypatch.setattr(process, "start_process", lambda *_, **__: pytest.fail("read again"))
    document.refresh_from_db()
    assert [page.text for page in reader.extract(document)] == first


def test_an_interrupted_reading_continues_where_it_stopped(upload: Upload) -> None:
    document = upload(THREE, "three.pdf")

    def stop(number: int, total: int) -> None:
        if number == 3:
            raise Stopped

    with pytest.raises(Stopped):
        reader.extract(document, stop)
    assert document.texts.count() == 2
    seen: list[tuple[int, int]] = []
    document.refresh_from_db()
    texts = reader.extract(document, lambda number, total: seen.append((number, total)))
    assert seen == [(3, 3)]
    assert [page.number for page in texts] == [1, 2, 3]


def test_sources_keep_the_requested_order(upload: Upload, owner: Person) -> None:
    ids: list[uuid.UUID | str] = [upload(THREE, "three.pdf").pk, str(upload(b"hello", "a.txt").pk)]
    pdf, text = sources.read_sources(owner.organization.pk, ids)
    assert (pdf.name, pdf.kind, len(pdf.pages)) == ("three.pdf", "pdf", 3)
    assert (text.name, text.kind, text.text, text.pages) == ("a.txt", "txt", "hello", ())


def test_unknown_ids_and_ids_of_others_are_missing(
    upload: Upload, owner: Person, stranger: Person
) -> None:
    mine, theirs = upload(b"mine", "a.txt"), upload(b"theirs", "b.txt", stranger)
    nobody = uuid.uuid4()
    asked: list[uuid.UUID | str] = [mine.pk, theirs.pk, nobody, "no id"]
    assert reader.missing(owner.organization.pk, asked) == [str(theirs.pk), str(nobody), "no id"]
    with pytest.raises(DocumentMissing, match=str(theirs.pk)):
        reader.read_sources(owner.organization.pk, [theirs.pk])


def test_the_error_names_an_unreadable_source(upload: Upload, owner: Person) -> None:
    document = upload(b"%PDF-1.7\n\x00\x01", "broken.pdf")
    with pytest.raises(UnreadableDocument, match=r"broken\.pdf"):
        reader.read_sources(owner.organization.pk, [document.pk])


def test_missing_content_raises_an_error(upload: Upload) -> None:
    document = upload(b"hello there", "a.txt")
    document.file.storage.delete(str(document.file.name))
    with pytest.raises(ContentMissing):
        reader.extract(document)


def test_a_file_is_opened_for_its_tenant_alone(
    upload: Upload, owner: Person, stranger: Person
) -> None:
    document = upload(b"a,b\n1,2\n", "table.csv")
    with sources.open_file(owner.organization.pk, document.pk) as opened:
        assert (opened.name, opened.stream.read()) == ("table.csv", b"a,b\n1,2\n")
    with (
        pytest.raises(DocumentMissing, match=str(document.pk)),
        sources.open_file(stranger.organization.pk, document.pk),
    ):
        pytest.fail("opened")
