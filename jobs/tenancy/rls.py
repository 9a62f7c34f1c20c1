"""Row level security at run time: a transaction that sees the rows of one tenant only.

Migrations create the policies (`jobs.tenancy.rls_migrations`). The owner of the tables bypasses
them: workers, commands, the admin. A request gives up this right for its transaction, so that a
forgotten filter reveals nothing. This guards against our own mistakes, not against a caller who can
run any SQL: such a caller can also reset the role.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

ROLE = "conveyor_tenant"
"""The role cannot log in and bypasses no policy; it has the grants that a request needs."""
SETTING = "conveyor.organization"


_undo: ContextVar[list[Callable[[], None]] | None] = ContextVar("undo", default=None)
"""Callbacks that undo what this thread's transaction did outside the database."""


@contextmanager
def as_tenant(organization_id: uuid.UUID) -> Iterator[None]:
    """Run a block in a transaction that can see and change only the tenant's rows.

    Inside a transaction, this is a savepoint, and the previous role is restored at its end.
    Callbacks of `transaction.on_commit` run later, outside the role.
    """
    is_nested = connection.in_atomic_block
    with _collect_callbacks() as callbacks:
        with transaction.atomic():
            previous = _switch_role(ROLE, str(organization_id), read_previous=is_nested)
            yield
            is_committed = not connection.needs_rollback
            if is_nested and is_committed:  # a rollback restores the role by itself
                _switch_role(*previous)
        if is_committed:
            callbacks.clear()


@contextmanager
def as_operator() -> Iterator[None]:
    """Run a block within a tenant's transaction with access to the rows of all tenants.

    Only for requests of operators, after their permission was checked. The tenant's role is
    restored at the end of the block.
    """
    with transaction.atomic():
        previous = _switch_role("none", "", read_previous=True)
        yield
        if not connection.needs_rollback:  # a rollback restores the role by itself
            _switch_role(*previous)


def on_rollback(undo: Callable[[], None]) -> None:
    """Call `undo` after a rollback of the tenant's transaction, if there is one."""
    callbacks = _undo.get()
    if callbacks is not None:
        callbacks.append(undo)


@contextmanager
def _collect_callbacks() -> Iterator[list[Callable[[], None]]]:
    """Collect the callbacks of a block, and call those that are left at its end."""
    callbacks: list[Callable[[], None]] = []
    token = _undo.set(callbacks)
    try:
        yield callbacks
    finally:
        _undo.reset(token)
        for undo in callbacks:
            undo()


def _switch_role(role: str, organization: str, *, read_previous: bool = False) -> tuple[str, str]:
    """Switch role and tenant until the transaction ends, and return the previous ones."""
    previous = ("none", "")
    with connection.cursor() as cursor:
        if read_previous:
            cursor.execute(
                "SELECT current_setting('role'), coalesce(current_setting(%s, true), '')", [SETTING]
            )
            previous = cursor.fetchone()
        # The tenant first, while the role may still set it; `true` is until the transaction ends.
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config('role', %s, true)",
            [SETTING, organization, role],
        )
    return previous
