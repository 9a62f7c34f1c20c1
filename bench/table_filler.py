"""Fills the tables of jobs by SQL: copies of two template jobs and of their event logs."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg2

LABELLED_JOBS = 100
"""Ended jobs of each label."""
_CREATED_AT = "now() - interval '30 days' * (%(jobs)s - number) / %(jobs)s"
_ENDED = {
    "created_at": _CREATED_AT,
    "run_at": _CREATED_AT,
    "published_at": _CREATED_AT,
    "started_at": f"{_CREATED_AT} + interval '1 second'",
    "finished_at": f"{_CREATED_AT} + interval '2 seconds'",
    "expires_at": (
        "CASE WHEN number <= %(expired)s THEN now() - interval '1 hour' "
        "ELSE now() + interval '30 days' END"
    ),
    "type": "CASE number %% 2 WHEN 0 THEN template.type ELSE 'bench_progress' END",
    "labels": "jsonb_build_object('customer', 'c' || number %% %(labels)s)",
}
_PENDING = {
    "created_at": "now()",
    "run_at": "now()",
    "published_at": "NULL",
    "pending_until": "now() + interval '1 day'",
}
_ID = {True: "uuidv7({created_at} - now())", False: "gen_random_uuid()"}
"""By whether PostgreSQL has UUIDs of version 7, which are in the order of their time."""


@dataclass(frozen=True, kw_only=True)
class TableFiller:
    """Writes to a database as its superuser: the rows are valid, so no constraint is checked."""

    host: str
    database: str

    def fill(self, templates: Mapping[str, str], *, ended: int, pending: int, expired: int) -> None:
        """Insert ended jobs with their events, of which `expired` can be purged; and pending jobs.

        `templates` has the ID of an `ended` and of a `pending` job, from which the rest is copied.
        """
        labels = max(1, ended // LABELLED_JOBS)
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
            has_uuid7 = connection.server_version >= 180_000
            for name, number, values in (("ended", ended, _ENDED), ("pending", pending, _PENDING)):
                if not number:
                    continue
                id_value = _ID[has_uuid7].format(created_at=values["created_at"])
                parameters = {
                    "template": templates[name],
                    "jobs": number,
                    "expired": expired,
                    "labels": labels,
                }
                cursor.execute(_copy_jobs(cursor, {"id": id_value, **values}), parameters)
                self._copy_events(cursor, templates[name])

    def _copy_events(self, cursor: Any, template: str) -> None:
        """Copy the event log of a template to each job of its state that has none."""
        columns = [name for name in _columns(cursor, "jobs_jobevent") if name != "id"]
        values = {"job_id": "job.id", "at": "job.created_at"}
        selected = ", ".join(values.get(name, f"event.{name}") for name in columns)
        cursor.execute(
            f"""
            INSERT INTO jobs_jobevent ({", ".join(columns)})
            SELECT {selected} FROM jobs_job AS job, jobs_jobevent AS event
            WHERE event.job_id = %(template)s
            AND job.state = (SELECT state FROM jobs_job WHERE id = %(template)s)
            AND NOT EXISTS (SELECT FROM jobs_jobevent AS own WHERE own.job_id = job.id)
            """,  # noqa: S608  # names of the catalog
            {"template": template},
        )

    def vacuum(self) -> None:
        """Vacuum and analyze the tables of jobs and of their events."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) jobs_job, jobs_jobevent")

    def size_megabytes(self) -> float:
        """Return the size of both tables with their indexes."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(name)) "
                "FROM unnest('{jobs_job,jobs_jobevent}'::regclass[]) AS name"
            )
            return float(cursor.fetchone()[0]) / 1_000_000

    def _connect(self) -> Any:
        connection = psycopg2.connect(dbname=self.database, user="postgres", host=self.host)
        connection.autocommit = True
        return connection


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _copy_jobs(cursor: Any, values: Mapping[str, str]) -> str:
    """Return the statement that inserts copies of a job, with other `values` in some columns."""
    columns = _columns(cursor, "jobs_job")
    selected = ", ".join(values.get(name, f"template.{name}") for name in columns)
    return f"""
        INSERT INTO jobs_job ({", ".join(columns)}) SELECT {selected}
        FROM jobs_job AS template, generate_series(1, %(jobs)s) AS number
        WHERE template.id = %(template)s
        """  # noqa: S608  # names of the catalog
