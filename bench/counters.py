"""Exact counts of PostgreSQL and Valkey: statements, transactions, WAL, rows and commands."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import redis

from config.embedded.binaries import find_postgres_folder

FLUSH_SECONDS = 10.5
"""An idle session of PostgreSQL reports its statistics after at most 10 seconds."""
OWN_COMMANDS = {"info", "config", "client"}
_STATISTICS = """
SELECT json_build_object(
    'transactions', (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),
    'wal_bytes', (SELECT wal_bytes FROM pg_stat_wal),
    'wal_records', (SELECT wal_records FROM pg_stat_wal),
    'wal_page_images', (SELECT wal_fpi FROM pg_stat_wal),
    'wal_flushes', ({flushes}),
    'rows_inserted', (SELECT sum(n_tup_ins) FROM pg_stat_user_tables),
    'rows_updated', (SELECT sum(n_tup_upd) FROM pg_stat_user_tables),
    'rows_updated_hot', (SELECT sum(n_tup_hot_upd) FROM pg_stat_user_tables),
    'rows_deleted', (SELECT sum(n_tup_del) FROM pg_stat_user_tables)
)
"""
_FLUSHES = "SELECT wal_sync FROM pg_stat_wal"
_FLUSHES_FROM_18 = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
_STATEMENTS = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
WHERE toplevel AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND userid = (SELECT oid FROM pg_roles WHERE rolname = 'app')
    AND query !~* '^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)' AND query !~ 'FOR KEY SHARE OF x$'
"""
"""Without foreign key checks: triggers run them at the end of a transaction."""


def postgres_arguments() -> str:
    """Return the arguments that load `pg_stat_statements`; empty if it is not installed."""
    library = "pg_stat_statements"
    if not any(find_postgres_folder().parent.rglob(f"{library}.so")):
        return ""
    return f"-c shared_preload_libraries={library}"


@dataclass
class Counters:
    """Reads the counters of a database and of Valkey. Counts statements only when asked to."""

    host: str
    database: str
    valkey: "redis.Redis"
    has_statements: bool
    _connection: Any = field(init=False)

    def __post_init__(self) -> None:
        self._connection = psycopg2.connect(dbname=self.database, user="postgres", host=self.host)
        self._connection.autocommit = True
        if self.has_statements:
            self._execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        self._track_statements("none")

    @contextmanager
    def tracking_statements(self) -> Iterator[None]:
        """Count the statements of all sessions inside the block."""
        self._track_statements("top")
        try:
            yield
        finally:
            self._track_statements("none")

    def _track_statements(self, what: str) -> None:
        if self.has_statements:
            self._execute(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'")
            self._execute("SELECT pg_reload_conf()")

    def read_immediate(self) -> dict[str, float]:
        """Read the counters that are always up to date."""
        stats: Mapping[str, Mapping[str, float]] = self.valkey.info("commandstats")
        calls = {name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()}
        commands = sum(
            count for name, count in calls.items() if name.split("|")[0] not in OWN_COMMANDS
        )
        statements = self._value(_STATEMENTS) if self.has_statements else 0
        return {"redis_commands": float(commands), "sql_statements": float(statements)}

    def read_flushed(self) -> dict[str, float]:
        """Wait until idle sessions have reported, then read the statistics of PostgreSQL."""
        time.sleep(FLUSH_SECONDS)
        flushes = _FLUSHES_FROM_18 if self._connection.server_version >= 180_000 else _FLUSHES
        values = self._value(_STATISTICS.format(flushes=flushes))
        return {name: float(value or 0) for name, value in values.items()}

    def close(self) -> None:
        self._connection.close()

    def _value(self, statement: str) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]

    def _execute(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)


def per_job(before: Mapping[str, float], after: Mapping[str, float], jobs: int) -> dict[str, float]:
    """Return the increase of each counter per job."""
    return {name: round((value - before[name]) / jobs, 3) for name, value in after.items()}
