"""Idempotency: a repeated request gets the stored response of the first one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from jobs.errors import Refused
from jobs.models import IdempotencyRecord


class KeyInUse(Refused):
    """A request with the same key is still running."""

    code = "idempotency_key_in_use"
    retry_after = timedelta(seconds=1)


class KeyReused(Refused):
    """The key was already used for a different request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, kw_only=True)
class StoredResponse:
    """The response to a request."""

    status: int
    headers: dict[str, str]
    body: str
    stored_body: str | None = None
    """The body to store, if it differs: without secrets that are shown only once."""
    is_replayed: bool = False


@dataclass(frozen=True, kw_only=True)
class IdempotentRequest:
    """A request with an idempotency key."""

    organization_id: Any
    user_id: Any
    key: str
    fingerprint: str
    """Hash of method, path and content."""


def run_once(request: IdempotentRequest, work: Callable[[], StoredResponse]) -> StoredResponse:
    """Do the work of a request and store its response, or return the stored response.

    One transaction contains the lock of the key, the work and the response. A process that dies
    leaves nothing, and an exception of `work` leaves nothing either, so the request can be
    repeated. Raises `KeyReused` or `KeyInUse`.
    """
    records = IdempotencyRecord.objects.filter(
        organization_id=request.organization_id, user_id=request.user_id, key=request.key
    )
    with transaction.atomic():
        _lock(request)
        record = records.valid().first()
        if record is not None:
            return _replay(record, request)
        response = work()
        records.delete()  # one that is expired, but not yet purged
        IdempotencyRecord.objects.create(
            organization_id=request.organization_id,
            user_id=request.user_id,
            key=request.key,
            fingerprint=request.fingerprint,
            status=response.status,
            headers=response.headers,
            body=response.body if response.stored_body is None else response.stored_body,
        )
    return response


def purge() -> int:
    """Delete expired records; return how many."""
    deleted, _ = IdempotencyRecord.objects.expired().delete()
    return deleted


def _replay(record: IdempotencyRecord, request: IdempotentRequest) -> StoredResponse:
    if record.fingerprint != request.fingerprint:
        raise KeyReused(
            "This Idempotency-Key was already used for a different request. Use a new key."
        )
    return StoredResponse(
        status=record.status, headers=record.headers, body=record.body, is_replayed=True
    )


def _lock(request: IdempotentRequest) -> None:
    """Lock the key until the transaction, or its connection, ends."""
    name = f"idempotency:{request.organization_id}:{request.user_id}:{request.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        [is_locked] = cursor.fetchone()
    if not is_locked:
        raise KeyInUse("A request with this Idempotency-Key is still running. Try again soon.")
