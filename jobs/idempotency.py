"""First answers to requests that may be sent twice, kept for the same request to come again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from jobs.errors import Refused
from jobs.models import KeptAnswer


class KeyInUse(Refused):
    """A request with the same key is being worked on."""

    code = "idempotency_key_in_use"
    retry_after = timedelta(seconds=1)


class KeyReused(Refused):
    """The key came with another request before."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: dict[str, str]
    body: str
    kept_body: str | None = None
    """What is kept of the body, where it has a secret that is shown once."""
    replayed: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that names a key: whose it is, and what tells it from another."""

    organization_id: Any
    user_id: Any
    key: str
    fingerprint: str
    """Hash of method, path and content."""


def once(asked: Asked, work: Callable[[], Answer]) -> Answer:
    """Do the work of a request and keep its answer, or give the answer that was kept.

    One transaction holds the key, the work and the answer: a process that dies in between leaves
    nothing, so the same request may come again. What `work` raises leaves nothing either: a
    refusal changed nothing and is worked out anew. Raises `KeyReused` or `KeyInUse`.
    """
    mine = KeptAnswer.objects.filter(
        organization_id=asked.organization_id, user_id=asked.user_id, key=asked.key
    )
    with transaction.atomic():
        _hold(asked)
        kept = mine.valid().first()
        if kept is not None:
            return _again(kept, asked)
        answer = work()
        mine.delete()  # one whose time has passed, and that nobody has purged yet
        KeptAnswer.objects.create(
            organization_id=asked.organization_id,
            user_id=asked.user_id,
            key=asked.key,
            fingerprint=asked.fingerprint,
            status=answer.status,
            headers=answer.headers,
            body=answer.body if answer.kept_body is None else answer.kept_body,
        )
    return answer


def purge() -> int:
    """Delete answers whose time has passed."""
    deleted, _ = KeptAnswer.objects.expired().delete()
    return deleted


def _again(kept: KeptAnswer, asked: Asked) -> Answer:
    if kept.fingerprint != asked.fingerprint:
        raise KeyReused(
            "This Idempotency-Key was already used for a different request. Use a new key."
        )
    return Answer(status=kept.status, headers=kept.headers, body=kept.body, replayed=True)


def _hold(asked: Asked) -> None:
    """Hold the key until the transaction ends, however it ends: also with the connection."""
    name = f"idempotency:{asked.organization_id}:{asked.user_id}:{asked.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        [held] = cursor.fetchone()
    if not held:
        raise KeyInUse("A request with this Idempotency-Key is still running. Try again soon.")
