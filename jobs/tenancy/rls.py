"""Row level security at run time: a transaction that sees the rows of one tenant and no other's.

The policies are made by migrations (`jobs.tenancy.rls_migrations`). The owner of the tables
bypasses them: workers,
commands, the admin. A request gives this up for its transaction, so that a forgotten filter shows
nothing. It guards against our own mistakes, not against a caller who can run any SQL: whoever can
send statements can also take the role off.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

ROLE = "conveyor_tenant"
"""May log in nowhere and bypasses nothing; it has what a request needs, by policy."""
SETTING = "conveyor.organization"


_undo: ContextVar[list[Callable[[], None]] | None] = ContextVar("undo", default=None)
"""What takes back what this thread's transaction did outside the database."""


@contextmanager
def as_tenant(organization_id: uuid.UUID) -> Iterator[None]:
    """Run a block in a transaction that can see and change only what is the tenant's.

    Inside a transaction it is a savepoint, and the role that was before comes back at its end.
    What `transaction.on_commit` was given runs later, outside the role.
    """
    nested = connection.in_atomic_block
    with _undoing() as undo:
        with transaction.atomic():
            before = _become(ROLE, str(organization_id), remember=nested)
            yield
            kept = not connection.needs_rollback
            if nested and kept:  # a rollback undoes it by itself
                _become(*before)
        if kept:
            undo.clear()


def on_rollback(undo: Callable[[], None]) -> None:
    """Have `undo` called once the tenant's transaction, where there is one, was rolled back."""
    waiting = _undo.get()
    if waiting is not None:
        waiting.append(undo)


@contextmanager
def _undoing() -> Iterator[list[Callable[[], None]]]:
    waiting: list[Callable[[], None]] = []
    outer = _undo.set(waiting)
    try:
        yield waiting
    finally:
        _undo.reset(outer)
        for undo in waiting:
            undo()


def _become(role: str, organization: str, *, remember: bool = False) -> tuple[str, str]:
    """Switch role and tenant until the transaction ends, in one statement; give what was before."""
    before = ("none", "")
    with connection.cursor() as cursor:
        if remember:
            cursor.execute(
                "SELECT current_setting('role'), coalesce(current_setting(%s, true), '')", [SETTING]
            )
            before = cursor.fetchone()
        # The tenant first, while we may still set anything; `true` is until the transaction ends.
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config('role', %s, true)",
            [SETTING, organization, role],
        )
    return before
