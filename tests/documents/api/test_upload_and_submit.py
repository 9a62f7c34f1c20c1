"""One call uploads files and submits a job, or does neither."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import Document
from jobs import testing
from jobs.models import Job
from tests.documents import made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

CLASSIFY, ANALYZE = "/api/v1/documents/classify", "/api/v1/documents/analyze"
INVOICE = b"INVOICE\nInvoice number: 118\nBill to: Harbour Office\nTotal due: 1,200.00\n"
CATEGORIES = [{"name": "bill"}, {"name": "praise"}]


def send(person: Person, url: str, *files: tuple[str, bytes], key: str = "", **fields: Any) -> Any:
    parts = [SimpleUploadedFile(name, content) for name, content in files]
    headers = {"Idempotency-Key": key} if key else {}
    body = {"files": parts, **fields} if parts else fields
    return person.client.post(url, body, format="multipart", headers=headers)


def stored_files() -> list[Path]:
    kept = Path(settings.MEDIA_ROOT) / "documents"
    return [path for path in kept.rglob("*") if path.is_file()]


def test_files_are_stored_and_the_job_is_submitted(owner: Person) -> None:
    response = send(owner, CLASSIFY, ("a.txt", INVOICE), ("b.pdf", made.pdf()), model="builtin")
    assert response.status_code == 202, response.content
    job = response.json()
    assert response["Location"] == job["links"]["self"]
    assert (job["type"], job["input"]["model"]) == ("classify_documents", "builtin")
    names = [Document.objects.get(pk=one).name for one in job["input"]["documents"]]
    assert names == ["a.txt", "b.pdf"]
    assert testing.run(Job.objects.get(pk=job["id"])).output["files"][0]["category"] == "invoice"


def test_the_other_input_fields_are_parts_of_the_form(owner: Person, upload: Upload) -> None:
    known = str(upload(b"known", "known.txt").pk)
    sent = json.dumps(CATEGORIES)
    response = send(
        owner, CLASSIFY, ("a.txt", INVOICE), documents=json.dumps([known]), categories=sent
    )
    assert response.status_code == 202, response.content
    read = response.json()["input"]
    assert [one["name"] for one in read["categories"]] == ["bill", "praise"]
    assert (read["documents"][0], len(read["documents"])) == (known, 2)


def test_more_files_than_the_limit_of_a_request_are_refused(owner: Person) -> None:
    response = send(owner, CLASSIFY, *((f"{n}.txt", b"%d" % n) for n in range(101)))
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (413, "/files")
    assert "at most 100 files" in response.json()["detail"]
    assert not Document.objects.exists()


def test_documents_are_named_by_id_as_json(owner: Person, upload: Upload) -> None:
    known = str(upload(INVOICE, "a.txt").pk)
    body = {"documents": [known], "fields": [{"name": "Invoice number"}]}
    response = owner.client.post(ANALYZE, body, format="json")
    assert response.status_code == 202, response.content
    assert response.json()["type"] == "analyze_documents"


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"categories": "[{"}, "/categories", "json_invalid"),
        ({"categories": '[{"name": "one"}]'}, "/categories", "too_short"),
        ({"categories": '[{"name": 1}, {"name": "b"}]'}, "/categories/0/name", "string_type"),
        ({"model": "nope"}, "/model", "unknown_model"),
        ({"documents": '"all"'}, "/documents", "list_type"),
        ({"documents": "[1]"}, "/documents/0", "is_instance_of"),
        ({"colour": "red"}, "/files", "extra_forbidden"),
        ({"categories": ["[]", "[]"]}, "/categories", "json_invalid"),
    ],
)
def test_an_invalid_input_leaves_no_document_no_file_and_no_job(
    owner: Person, fields: dict[str, Any], pointer: str, code: str
) -> None:
    before = stored_files()
    response = send(owner, CLASSIFY, ("refused.txt", b"what is refused"), **fields)
    assert response.status_code == 422, response.content
    fault = response.json()["errors"][0]
    assert fault["pointer"] == pointer
    assert fault["code"] == code or code == "is_instance_of"
    assert (Document.objects.count(), Job.objects.count()) == (0, 0)
    assert stored_files() == before


def test_a_refused_file_submits_nothing(owner: Person) -> None:
    before = stored_files()
    response = send(owner, ANALYZE, ("good.txt", b"good"), ("empty.pdf", b""))
    assert [one["pointer"] for one in response.json()["errors"]] == ["/files/1"]
    assert (Document.objects.count(), Job.objects.count(), stored_files()) == (0, 0, before)


def test_a_limit_that_is_reached_leaves_no_file(owner: Person) -> None:
    owner.organization.limits = {"user": 3}
    owner.organization.save()
    for number in range(3):
        assert send(owner, CLASSIFY, (f"{number}.txt", b"%d" % number)).status_code == 202
    before = stored_files()
    assert send(owner, CLASSIFY, ("more.txt", b"more")).status_code == 429
    assert (Document.objects.count(), stored_files()) == (3, before)


def test_a_repeated_request_returns_the_same_job(owner: Person) -> None:
    first = send(owner, CLASSIFY, ("a.txt", INVOICE), key="k1", model="builtin")
    again = send(owner, CLASSIFY, ("a.txt", INVOICE), key="k1", model="builtin")
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    other = send(owner, CLASSIFY, ("a.txt", b"another"), key="k1", model="builtin")
    assert (other.status_code, Job.objects.count()) == (422, 1)


def test_the_same_content_twice_is_one_document(owner: Person) -> None:
    response = send(owner, CLASSIFY, ("a.txt", INVOICE), ("copy.txt", INVOICE))
    assert (response.status_code, len(response.json()["input"]["documents"])) == (202, 1)


def test_a_strangers_document_is_not_found(stranger: Person, upload: Upload) -> None:
    body = {"documents": [str(upload(b"mine", "a.txt").pk)]}
    response = stranger.client.post(CLASSIFY, body, format="json")
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/documents/0")


@pytest.mark.parametrize("fields", [{}, {"documents": "[]"}, {"model": "builtin"}])
def test_a_form_without_files_says_what_to_send(owner: Person, fields: dict[str, str]) -> None:
    response = send(owner, CLASSIFY, **fields)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/files")


def test_text_that_cannot_be_stored_is_refused(owner: Person) -> None:
    for fields in ({"model": "a\x00"}, {"categories": '[{"name": "\\u0000"}]'}):
        assert send(owner, CLASSIFY, ("a.txt", b"a"), **fields).status_code == 400
    assert not Document.objects.exists()
