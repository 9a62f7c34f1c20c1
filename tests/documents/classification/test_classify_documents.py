"""The job classifies every file, and a bad file fails alone."""

import uuid
from typing import Any

import pytest

from documents.models import Document
from jobs import testing
from jobs.errors import InvalidSubmission
from jobs.models import Job
from tests.documents import made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

INVOICE = b"INVOICE\nInvoice number: 118\nBill to: Harbour Office\nTotal due: 1,200.00\nVAT 20%\n"
BAD = {
    "locked.pdf": (made.locked_pdf(), "password_protected"),
    "junk.pdf": (b"%PDF-1.7\n" + bytes(range(256)), "unreadable"),
    "huge.png": (made.huge_png(), "too_many_pixels"),
}


def submitted(person: Person, *documents: Document, **input: Any) -> Job:
    ids = [str(document.pk) for document in documents]
    return testing.make(
        "classify_documents",
        {"documents": ids, **input},
        owner=person.user,
        organization=person.organization,
    )


def test_each_file_gets_category_confidence_and_reason(upload: Upload, owner: Person) -> None:
    text = upload(INVOICE, "a.txt")
    scan = upload(made.saved(made.picture("MINUTES OF THE MEETING \\\n Present: all")), "scan.png")
    job = testing.run(submitted(owner, text, scan))
    assert job.state == "completed"
    assert (job.output["total_files"], job.output["processed_files"]) == (2, 2)
    first, second = job.output["files"]
    assert (first["category"], first["method"], first["pages"]) == ("invoice", "native", 1)
    assert first["confidence"] > 0.8
    assert "invoice number" in first["reason"]
    assert (second["category"], second["method"]) == ("minutes", "ocr")


def test_a_bad_file_fails_alone(upload: Upload, owner: Person) -> None:
    bad = [upload(content, name) for name, (content, _) in BAD.items()]
    job = testing.run(submitted(owner, *bad, upload(INVOICE, "good.txt")))
    assert job.state == "completed"
    assert job.output["failed_files"] == len(BAD)
    *failed, good = job.output["files"]
    assert [one["error"]["code"] for one in failed] == [code for _, code in BAD.values()]
    assert {one["status"] for one in failed} == {"failed"}
    assert "Traceback" not in str(failed)
    assert (good["status"], good["category"]) == ("classified", "invoice")


def test_a_document_removed_after_submission_fails_alone(upload: Upload, owner: Person) -> None:
    gone, here = upload(b"gone", "gone.txt"), upload(INVOICE, "here.txt")
    job = submitted(owner, gone, here)
    gone.delete()
    files = testing.run(job).output["files"]
    assert files[0]["error"]["code"] == "not_found"
    assert files[1]["status"] == "classified"


def test_each_file_is_a_step(upload: Upload, owner: Person) -> None:
    documents = [upload(INVOICE, "a.txt"), upload(b"two", "b.txt")]
    job = testing.run(submitted(owner, *documents))
    names = list(job.steps.values_list("name", flat=True))
    assert names == [f"file-{document.pk}" for document in documents]


def test_own_categories_replace_the_default_ones(upload: Upload, owner: Person) -> None:
    document = upload(b"I want my money back, the kettle leaks. Please refund me.", "mail.txt")
    categories = [
        {"name": "complaint", "description": "wants a refund, money back, broken goods"},
        {"name": "praise", "description": "a happy customer says thanks"},
    ]
    job = testing.run(submitted(owner, document, categories=categories))
    assert job.output["files"][0]["category"] == "complaint"


def test_missing_documents_are_refused_at_submission(
    upload: Upload, owner: Person, stranger: Person
) -> None:
    mine, theirs = upload(b"mine", "a.txt"), upload(b"theirs", "b.txt", stranger)
    with pytest.raises(InvalidSubmission) as caught:
        submitted(owner, mine, theirs, Document(pk=uuid.uuid4()), mine)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/input/documents/3", "repeated"),
        ("/input/documents/1", "not_found"),
        ("/input/documents/2", "not_found"),
    ]
    assert not Job.objects.exists()
