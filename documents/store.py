"""Adds and removes documents: one stored copy per content and organization, nothing by halves.

The row and its file change under one lock per content. A file is written before its row is
committed and removed after its row is gone, so a crash in between leaves at most a file without a
row: it takes space until the same content is added again (then it is replaced) or
`documents.orphan_cleanup` removes it. A row without a file never results.
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

from documents.errors import NotKept
from documents.indexing import vocabulary
from documents.models import FOLDER, Document, content_path
from documents.upload_staging import Staged, staged
from jobs.context import JobContext
from jobs.errors import Fault, InvalidSubmission, QuotaExceeded
from jobs.models import Organization
from jobs.tenancy.rls import on_rollback

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Added:
    """A document as an upload left it."""

    document: Document
    created: bool
    """False where the same content was there already."""


def add(
    upload: "File[bytes]",
    *,
    organization: Organization,
    owner: AbstractBaseUser,
    job: uuid.UUID | None = None,
) -> Document:
    """Store one file and give its document; the existing one where the content is known already.

    `job` is the one that made the file, where none uploaded it. Raises `InvalidSubmission` for a
    file that is empty, too large, of an unsupported type, or of another type than its extension
    claims; `QuotaExceeded`; `StoreAway`. A refused file leaves nothing behind.
    """
    return add_all([upload], organization=organization, owner=owner, job=job)[0].document


def keep(job: JobContext, made: "File[bytes]") -> Document:
    """Store a file that a job made, as its owner's. Raises `NotKept` where it is refused."""
    try:
        return add(
            made,
            organization=Organization.objects.get(pk=job.organization_id),
            owner=get_user_model().objects.get(pk=job.owner_id),
            job=job.id,
        )
    except (InvalidSubmission, QuotaExceeded) as refused:
        raise NotKept(refused) from refused


def add_all(
    uploads: "Sequence[File[bytes]]",
    *,
    organization: Organization,
    owner: AbstractBaseUser,
    job: uuid.UUID | None = None,
) -> list[Added]:
    """Store all the files, or none: the faults of `InvalidSubmission` point to `/files/<index>`."""
    with staged(uploads) as (files, faults):
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
    transaction.on_commit(lambda: vocabulary.forget(organization_id, words))


def remove_unreferenced(path: str) -> bool:
    """Remove a stored file that no document refers to; say whether there was one."""
    _, organization, _, digest = path.split("/")
    with transaction.atomic():
        _lock(path)
        known = Document.objects.of(uuid.UUID(organization)).filter(digest=digest)
        orphaned = not known.exists() and default_storage.exists(path)
        if orphaned:
            default_storage.delete(path)
    return orphaned


def _store(files: Sequence[Staged], documents: Sequence[Document]) -> list[Added]:
    paths = [content_path(document, "") for document in documents]
    on_rollback(lambda: _remove_all(paths))  # of a request that is refused after this
    try:
        with transaction.atomic():
            for path in sorted(set(paths)):  # in one order everywhere, so that none waits in a ring
                _lock(path)
            _check_quota(documents)
            return [
                _store_one(file, document, path)
                for file, document, path in zip(files, documents, paths, strict=True)
            ]
    except BaseException:
        if not connection.in_atomic_block:  # else the rows are not rolled back yet
            _remove_all(paths)
        raise


def _store_one(file: Staged, document: Document, path: str) -> Added:
    known = Document.objects.filter(
        organization_id=document.organization_id, digest=document.digest
    ).first()
    if known:
        return Added(document=known, created=False)
    if default_storage.exists(path):  # of a crash; perhaps only half of it
        default_storage.delete(path)
    with file.opened() as content:
        document.file.save(file.name, File(content), save=False)
    document.save(force_insert=True)
    document.refresh_from_db(fields=["created_at"])
    return Added(document=document, created=True)


def _remove_all(paths: Sequence[str]) -> None:
    for path in set(paths):
        try:
            remove_unreferenced(path)
        except Exception:
            log.exception("a file without a document stays behind: %s", path)


def _check_quota(documents: Sequence[Document]) -> None:
    """Raise `QuotaExceeded` where the new ones among these do not fit. Held to under a lock."""
    if not settings.DOCUMENT_QUOTA_BYTES:
        return
    organization = documents[0].organization_id
    _lock(f"{FOLDER}/{organization}")
    stored = Document.objects.of(organization)
    sizes = {document.digest: document.size for document in documents}
    for known in stored.filter(digest__in=sizes).values_list("digest", flat=True):
        del sizes[known]
    asked, in_use = sum(sizes.values()), stored.aggregate(bytes=Sum("size"))["bytes"] or 0
    if asked and in_use + asked > settings.DOCUMENT_QUOTA_BYTES:
        raise QuotaExceeded(quota=settings.DOCUMENT_QUOTA_BYTES, in_use=in_use, asked=asked)


def _document(
    file: Staged, organization: Organization, owner: AbstractBaseUser, job: uuid.UUID | None
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
    """Hold the content until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path])


def _summary(faults: Sequence[Fault], total: int) -> str:
    if total == 1:
        return faults[0].detail
    return f"{len(faults)} of {total} files cannot be accepted, so none was stored."
