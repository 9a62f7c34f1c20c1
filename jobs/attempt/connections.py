"""The database connections of a handler: what it left behind must not reach another job.

A worker process keeps its connections from job to job. A handler can leave a transaction open,
another role or search path, a lock or a temporary table. Such a connection is closed; Django opens
a new one for the next statement, which writes the outcome of the job.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import extensions

log = logging.getLogger(__name__)

CHANGES = """
SELECT 'the role ' || current_setting('role') WHERE current_setting('role') <> %s
UNION ALL SELECT 'the setting ' || name FROM pg_catalog.pg_settings
WHERE source = 'session' AND (name <> 'TimeZone' OR setting <> %s)
UNION ALL SELECT 'an advisory lock' FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
UNION ALL SELECT 'a LISTEN' FROM pg_catalog.pg_listening_channels()
UNION ALL SELECT 'a temporary table' FROM pg_catalog.pg_class
WHERE relnamespace = pg_catalog.pg_my_temp_schema()
"""
"""About 1 ms, so it runs only after a handler that used the connection itself."""

_engine = threading.local()
_used: set[int] = set()
"""Connections of psycopg2, by `id`, on which a handler executed statements."""


class _HandlerCursor(extensions.cursor):
    """Records the use of its connection, also by code that goes past Django."""

    def __init__(self, connection: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(connection, *arguments, **options)
        if not getattr(_engine, "is_active", False):
            _used.add(id(connection))


@contextmanager
def engine_statements() -> Iterator[None]:
    """Do not count the statements of this block, in this thread, as those of the handler."""
    _engine.is_active = True
    try:
        yield
    finally:
        _engine.is_active = False


class ConnectionGuard:
    """The connections of the thread that runs a handler, from before it to after it."""

    def __init__(self) -> None:
        self._watched: list[tuple[BaseDatabaseWrapper, Any]] = []
        for connection in connections.all():
            if connection.in_atomic_block:  # of a test: the caller's transaction stays
                continue
            raw = connection.connection
            if connection.vendor == "postgresql" and raw is not None:
                _used.discard(id(raw))
                raw.cursor_factory = _HandlerCursor
            self._watched.append((connection, raw))

    def close_changed(self, job_type: str) -> None:
        """Close the connections that the handler has changed, and log it. Never raises."""
        for connection, before in self._watched:
            is_used = connection.connection is not before or id(before) in _used
            if before is not None and connection.vendor == "postgresql":
                before.cursor_factory = extensions.cursor
            try:
                found = _find_changes(connection, is_used=is_used)
            except (DatabaseError, InterfaceError) as error:
                found = [f"a connection that does not work ({str(error).strip()})"]
            if found:
                log.warning(
                    "the handler of %s left %s on the database connection %s; it is closed",
                    job_type,
                    ", ".join(found),
                    connection.alias,
                )
                _discard(connection)


def _find_changes(connection: BaseDatabaseWrapper, *, is_used: bool) -> list[str]:
    raw = connection.connection
    if connection.in_atomic_block:
        return ["an open transaction"]
    if raw is None:
        return []
    if connection.autocommit != connection.settings_dict["AUTOCOMMIT"]:
        return ["autocommit off"]
    if connection.vendor != "postgresql" or raw.closed:
        return []
    return _find_changes_of_session(connection, is_used=is_used)


def _find_changes_of_session(connection: BaseDatabaseWrapper, *, is_used: bool) -> list[str]:
    raw = connection.connection
    if raw.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE:
        return ["an open transaction"]
    if raw.autocommit != connection.autocommit:
        return ["autocommit off"]
    return _read_changes(connection) if is_used else []


def _read_changes(connection: BaseDatabaseWrapper) -> list[str]:
    role = connection.settings_dict["OPTIONS"].get("assume_role") or "none"
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, [role, connection.timezone_name or ""])
        return sorted({change for (change,) in cursor.fetchall()})


def _discard(connection: BaseDatabaseWrapper) -> None:
    connection.in_atomic_block = False  # else `close` would wait for the end of the block
    try:
        connection.close()
    except (DatabaseError, InterfaceError):
        connection.connection = None
