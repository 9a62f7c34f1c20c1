"""Outages: errors of the database after which the same statement can succeed a moment later."""

from collections.abc import Callable
from typing import Any

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError

LIMIT_EXCEEDED = "54"
"""SQLSTATE class: the value is too large for PostgreSQL, however often it is written."""
READ_ONLY = "25006"
"""SQLSTATE: the server is a standby, or was the primary before a failover."""


def is_outage(error: BaseException) -> bool:
    """Return whether the database was unavailable; `False` if it refused the statement itself."""
    state = _sqlstate(error)
    if isinstance(error, OperationalError | InterfaceError):
        return not state.startswith(LIMIT_EXCEEDED)
    return is_read_only(error)


def is_read_only(error: BaseException) -> bool:
    """Return whether the server accepts only reads."""
    return isinstance(error, DatabaseError) and _sqlstate(error) == READ_ONLY


def leave_read_only_server(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    """Execute a statement; let Django close the connection soon if its server is read-only.

    Otherwise Django would keep it, since it responds, and the process would stay with a former
    primary. For `connection.execute_wrappers`.
    """
    try:
        return execute(sql, params, many, context)
    except DatabaseError as error:
        if is_read_only(error):
            context["connection"].close_at = 0.0
        raise


def watch_connection(*, connection: Any, **signal: Any) -> None:
    """Watch a new connection; for the signal `connection_created`."""
    if leave_read_only_server not in connection.execute_wrappers:
        connection.execute_wrappers.append(leave_read_only_server)


def _sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""
