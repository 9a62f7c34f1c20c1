"""Handlers that leave something on a database connection."""

from collections.abc import Callable, Mapping
from functools import partial

from django.db import connection, connections, transaction

from jobs.context import JobContext
from jobs.registry import job_type
from tests.jobtypes.job_types.inputs import QUICK, Text

STATEMENTS: Mapping[str, str] = {
    "an open transaction": "BEGIN",
    "the role conveyor_tenant": "SET ROLE conveyor_tenant",
    "the setting search_path": "SET search_path = pg_catalog",
    "the setting statement_timeout": "SET statement_timeout = 999",
    "the setting TimeZone": "SET TIME ZONE 'Asia/Tokyo'",
    "the setting default_transaction_read_only": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
    ),
    "an advisory lock": "SELECT pg_advisory_lock(4711)",
    "a LISTEN": "LISTEN news",
    "a temporary table": "CREATE TEMPORARY TABLE jobs_job (id integer)",
}


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def execute_without_django(statement: str) -> None:
    connection.ensure_connection()
    connection.connection.cursor().execute(statement)


def fail_in_transaction() -> None:
    execute("BEGIN")
    try:
        execute("SELECT 1 / 0")
    except Exception:
        return


CHANGES: Mapping[str, Callable[[], object]] = {
    **{left: partial(execute, statement) for left, statement in STATEMENTS.items()},
    "raw": lambda: execute_without_django("SET search_path = pg_catalog"),
    "autocommit off": lambda: transaction.set_autocommit(False),
    "atomic": lambda: transaction.atomic().__enter__(),
    "failed": fail_in_transaction,
    "closed": connections.close_all,
    "nothing": lambda: execute("SELECT 1"),
}


@job_type("untidy", input=Text, output=Text, limits=(), retry=QUICK)
def untidy(job: JobContext, query: Text) -> Text:
    """Leave the connection changed."""
    CHANGES[query.text]()
    return query
