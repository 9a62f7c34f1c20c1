"""Adds and removes documents: one stored copy per content and organization.

The row and its file change under one lock per content. The file is written before its row is
committed and removed after its row is gone. A crash in between leaves at most a file without a row,
which takes space until the same content is added again (which replaces it) or
`documents.orphan_cleanup` removes it. A row without a file cannot result.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Sum

from documents.errors import NotStored
from documents.indexing import vocabulary
from documents.models import DOCUMENTS_FOLDER, Document, content_path
from documents.upload_staging import StagedFile, stage
from jobs.context import JobContext
from jobs.errors import Fault, InvalidSubmission, QuotaExceeded
from jobs.models import Organization
from jobs.tenancy.rls import on_rollback

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class AddedDocument:
    """Result of adding one file."""

    document: Document
    created: bool
    """False if the same content was already stored."""


def add(
    upload: "File[bytes]",
    *,
    organization: Organization,
    owner: AbstractBaseUser,
    job: uuid.UUID | None = None,
) -> Document:
    """Store one file and return its document, an existing one if the content is already stored.

    `job` is the id of the job that made the file, if it is not an upload. Raises
    `InvalidSubmission` for a file that is empty, too large, of an unsupported type, or of another
    type than its extension; `QuotaExceeded`; `StoreUnavailable`. A rejected file leaves nothing
    behind.
    """
    return add_all([upload], organization=organization, owner=owner, job=job)[0].document


def add_job_output(job: JobContext, made: "File[bytes]") -> Document:
    """Store a file that a job made for the job's owner. Raises `NotStored` if it is rejected."""
    try:
        return add(
            made,
            organization=Organization.objects.get(pk=job.organization_id),
            owner=get_user_model().objects.get(pk=job.owner_id),
            job=job.id,
        )
    except (InvalidSubmission, QuotaExceeded) as refused:
        raise NotStored(refused) from refused


def add_all(
    uploads: "Sequence[File[bytes]]",
    *,
    organization: Organization,
    owner: AbstractBaseUser,
    job: uuid.UUID | None = None,
) -> list[AddedDocument]:
    """Store all files or none. Faults of `InvalidSubmission` point to `/files/<index>`."""
    with stage(uploads) as (files, faults):
        if faults:
            raise InvalidSubmission(_summary(faults, len(uploads)), faults)
        documents = [_document(file, organization, owner, job) for file in files]
        return _store(files, documents)


def remove(document: Document) -> None:
    """Remove a document, the text of its pages and its file."""
    path, organization_id = str(document.file.name), document.organization_id
    words = vocabulary.words_of(document)
    document.delete()
    transaction.on_commit(lambda: _remove_all([path]))
    transaction.on_commit(lambda: vocabulary.remove_unused(organization_id, words))


def remove_unreferenced(path: str) -> bool:
    """Remove a stored file that no document refers to; return whether a file was removed."""
    _, organization, _, digest = path.split("/")
    with transaction.atomic():
        _lock(path)
        known = Document.objects.of(uuid.UUID(organization)).filter(digest=digest)
        orphaned = not known.exists() and default_storage.exists(path)
        if orphaned:
            default_storage.delete(path)
    return orphaned


def _store(files: Sequence[StagedFile], documents: Sequence[Document]) -> list[AddedDocument]:
    paths = [content_path(document, "") for document in documents]
    on_rollback(lambda: _remove_all(paths))  # if the request fails later
    try:
        with transaction.atomic():
            for path in sorted(
                set(paths)
            ):  # always in the same order, so that transactions cannot deadlock
                _lock(path)
            _check_quota(documents)
            return [
                _store_one(file, document, path)
                for file, document, path in zip(files, documents, paths, strict=True)
            ]
    except BaseException:
        if not connection.in_atomic_block:  # otherwise the rows are not rolled back yet
            _remove_all(paths)
        raise


def _store_one(file: StagedFile, document: Document, path: str) -> AddedDocument:
    known = Document.objects.filter(
        organization_id=document.organization_id, digest=document.digest
    ).first()
    if known:
        return AddedDocument(document=known, created=False)
    if default_storage.exists(path):  # left by a crash, possibly incomplete
        default_storage.delete(path)
    with file.open() as content:
        document.file.save(file.name, File(content), save=False)
    document.save(force_insert=True)
    document.refresh_from_db(fields=["created_at"])
    return AddedDocument(document=document, created=True)


def _remove_all(paths: Sequence[str]) -> None:
    for path in set(paths):
        try:
            remove_unreferenced(path)
        except Exception:
            log.exception("a file without a document could not be removed: %s", path)


def _check_quota(documents: Sequence[Document]) -> None:
    """Raise `QuotaExceeded` if the new files do not fit; the quota is checked under a lock."""
    if not settings.DOCUMENT_QUOTA_BYTES:
        return
    organization = documents[0].organization_id
    _lock(f"{DOCUMENTS_FOLDER}/{organization}")
    stored = Document.objects.of(organization)
    sizes = {document.digest: document.size for document in documents}
    for known in stored.filter(digest__in=sizes).values_list("digest", flat=True):
        del sizes[known]
    requested, in_use = sum(sizes.values()), stored.aggregate(bytes=Sum("size"))["bytes"] or 0
    if requested and in_use + requested > settings.DOCUMENT_QUOTA_BYTES:
        raise QuotaExceeded(quota=settings.DOCUMENT_QUOTA_BYTES, in_use=in_use, asked=requested)


def _document(
    file: StagedFile, organization: Organization, owner: AbstractBaseUser, job: uuid.UUID | None
) -> Document:
    return Document(
        organization=organization,
        owner_id=owner.pk,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        digest=file.digest,
        job=job,
    )


def _lock(path: str) -> None:
    """Lock a content until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path])


def _summary(faults: Sequence[Fault], total: int) -> str:
    if total == 1:
        return faults[0].detail
    return f"{len(faults)} of {total} files were rejected, so no file was stored."
