"""Documents in an object store, also while it is away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from documents import orphan_cleanup, store
from documents.models import Document
from jobs import testing
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.stores import BUCKET, Bucket, bucket
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/documents"
NOBODY = "http://127.0.0.1:9"
"""Nothing listens at the discard port."""


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with bucket() as made:
        yield made


@pytest.fixture(autouse=True)
def kept_in_the_bucket(server: Bucket, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphan_cleanup, "GRACE_PERIOD", timedelta(0))
    settings.STORAGES = {**settings.STORAGES, "default": server.storage}
    for name in server.names():
        server.client.delete_object(Bucket=BUCKET, Key=name)


@pytest.fixture
def away(server: Bucket, settings: Settings) -> Any:
    """Return a function after which the store cannot be reached."""

    def go() -> None:
        gone = {**server.storage, "OPTIONS": {**server.storage["OPTIONS"], "endpoint_url": NOBODY}}
        settings.STORAGES = {**settings.STORAGES, "default": gone}

    return go


def send(person: Person, content: bytes, name: str) -> Any:
    parts = {"files": [SimpleUploadedFile(name, content)]}
    return person.client.post(URL, parts, format="multipart")


def test_a_document_is_stored_read_downloaded_and_deleted(owner: Person, server: Bucket) -> None:
    content = made.pdf("INVOICE. Invoice number 118. Total due 1,200.00")
    first, again = (send(owner, content, name) for name in ("a.pdf", "b.pdf"))
    assert (first.status_code, again.status_code) == (201, 200)
    [document] = first.json()
    assert server.names() == [f"documents/{_place(document)}"]
    job = testing.make(
        "classify_documents",
        {"documents": [document["id"]]},
        owner=owner.user,
        organization=owner.organization,
    )
    assert testing.run(job).output["files"][0]["category"] == "invoice"
    sent: Any = owner.client.get(f"{URL}/{document['id']}/content")
    assert b"".join(sent.streaming_content) == content
    sent.close()
    assert owner.client.delete(f"{URL}/{document['id']}").status_code == 204
    assert server.names() == []


def test_a_large_file_is_buffered_on_disk(upload: Upload) -> None:
    content = b"0123456789abcdef" * 1_200_000  # of more than two parts
    document = upload(content, "large.txt")
    with document.file.open("rb") as kept:
        assert kept.file.fileno() > 0
        assert kept.read() == content


def test_an_upload_while_the_store_is_away_is_503_and_stores_nothing(
    owner: Person, away: Any
) -> None:
    away()
    response = send(owner, b"hello", "a.txt")
    assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")
    assert int(response["Retry-After"]) > 0
    assert not Document.objects.exists()


def test_a_job_waits_for_a_store_that_is_away(upload: Upload, owner: Person, away: Any) -> None:
    document = upload(b"hello", "a.txt")
    job = testing.make(
        "classify_documents",
        {"documents": [str(document.pk)]},
        owner=owner.user,
        organization=owner.organization,
    )
    away()
    job = testing.run(job)
    assert (job.state, job.error["code"]) == ("scheduled", "store_unavailable")


def test_a_document_is_deleted_while_the_store_is_away(
    upload: Upload, owner: Person, away: Any, server: Bucket, settings: Settings
) -> None:
    document = upload(b"hello", "a.txt")
    away()
    assert owner.client.delete(f"{URL}/{document.pk}").status_code == 204
    settings.STORAGES = {**settings.STORAGES, "default": server.storage}
    assert server.names() != []
    assert orphan_cleanup.clean_up(int(document.digest[:2], 16)) == orphan_cleanup.CleanupResult(
        removed=1
    )
    assert server.names() == []


def test_the_sweep_aborts_an_old_unfinished_upload(
    server: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [f"documents/{uuid4()}/ab/{'ab' * 32}", "another/program"]
    begun = [server.client.create_multipart_upload(Bucket=BUCKET, Key=key) for key in keys]
    for key, upload in zip(keys, begun, strict=True):
        server.client.upload_part(
            Bucket=BUCKET, Key=key, UploadId=upload["UploadId"], PartNumber=1, Body=b"half"
        )
    with monkeypatch.context() as younger:  # the server says that all began in 2010
        younger.setattr(orphan_cleanup, "GRACE_PERIOD", timedelta(days=365 * 50))
        assert orphan_cleanup.clean_up(0) == orphan_cleanup.CleanupResult()
    assert orphan_cleanup.clean_up(0) == orphan_cleanup.CleanupResult(aborted=1)
    left = server.client.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert [upload["Key"] for upload in left] == ["another/program"]


def test_a_missing_object_is_not_an_outage(upload: Upload, owner: Person, server: Bucket) -> None:
    document = upload(b"hello", "a.txt")
    server.client.delete_object(Bucket=BUCKET, Key=document.file.name)
    assert owner.client.get(f"{URL}/{document.pk}/content").status_code == 404
    assert orphan_cleanup.clean_up(int(document.digest[:2], 16)) == orphan_cleanup.CleanupResult(
        missing=1
    )
    store.remove(document)


def _place(document: dict[str, Any]) -> str:
    organization = Document.objects.get(pk=document["id"]).organization_id
    return f"{organization}/{document['sha256'][:2]}/{document['sha256']}"
