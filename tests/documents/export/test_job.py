"""The job `export_document`: one new document for an input, whatever happens meanwhile."""

import io
from typing import Any
from uuid import uuid4

import docx
import pypdfium2
import pytest

from documents.models import Document
from jobs import testing
from jobs.errors import InvalidSubmission
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.submission.submit import submit_job
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.export.conftest import Export, content_of
from tests.people import Person

NOTES = b"# Bridge\n\nIt costs *48,000* euro.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"


def test_a_document_is_exported_in_every_format(upload: Upload, export: Export) -> None:
    notes = upload(NOTES, "notes.md").pk
    pdf, word, html, text = (
        export(document=notes, format=one) for one in ("pdf", "docx", "html", "md")
    )
    reader = pypdfium2.PdfDocument(content_of(pdf))
    assert "48,000" in reader[0].get_textpage().get_text_range()
    assert pdf.output["pages"] == len(reader) == 1
    reader.close()
    assert len(docx.Document(io.BytesIO(content_of(word))).tables) == 1
    assert b"<em>48,000</em>" in content_of(html)
    assert content_of(text).startswith(b"# notes.md\n")
    assert word.output["name"] == "notesmd.docx"


def test_the_same_input_gives_the_same_document(upload: Upload, export: Export) -> None:
    notes = upload(NOTES, "notes.md").pk
    for kind in ("pdf", "docx"):
        first, second = (export(document=notes, format=kind, title="One") for _ in range(2))
        assert first.output == second.output
    assert Document.objects.count() == 3


def test_a_retry_after_the_file_was_stored_stores_no_second_one(
    upload: Upload, export: Export
) -> None:
    done = export(document=upload(NOTES, "notes.md").pk, format="docx")
    done.steps.filter(name="export").update(finished_at=None)
    Job.objects.filter(pk=done.pk).update(state="failed")
    verbs.retry(done.pk)
    again = testing.run(done)
    assert again.output == done.output
    assert Document.objects.count() == 2


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"format": "pdf"}, "/input"),
        ({"format": "pdf", "document": str(uuid4()), "report": str(uuid4())}, "/input"),
        ({"format": "pdf", "document": str(uuid4())}, "/input/document"),
        ({"format": "pdf", "report": str(uuid4())}, "/input/report"),
        ({"format": "exe", "report": str(uuid4())}, "/input/format"),
    ],
)
def test_an_invalid_input_is_refused(owner: Person, order: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidSubmission) as refused:
        submit_job("export_document", order, owner=owner.user, organization=owner.organization)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_strangers_document_is_not_found(
    upload: Upload, export: Export, stranger: Person
) -> None:
    theirs = upload(made.saved(made.picture("Secret")), "scan.png", person=stranger)
    with pytest.raises(InvalidSubmission):
        export(document=theirs.pk, format="pdf")
    mine = upload(f"![x](document:{theirs.pk})".encode(), "x.md")
    done = export(document=mine.pk, format="html")
    assert "There is no document" in done.output["warnings"][0]
    assert b"<img" not in content_of(done)


def test_an_unreadable_file_fails_without_a_retry(upload: Upload, export: Export) -> None:
    done = export(document=upload(made.locked_pdf(), "locked.pdf").pk, format="md")
    assert (done.state, done.error["code"]) == ("failed", "password_protected")


def test_an_empty_document_gives_a_warning(upload: Upload, export: Export) -> None:
    done = export(document=upload(b" ", "empty.txt").pk, format="pdf")
    assert done.output["warnings"] == ["The document contains no text."]
