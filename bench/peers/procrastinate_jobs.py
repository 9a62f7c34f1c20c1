"""Procrastinate: jobs in PostgreSQL, with a worker and a schema of its own."""

from collections.abc import Sequence
from typing import Any

import psycopg

from bench.peers.procrastinate_app import CONNECTION, app, echo
from bench.peers.protocol import RESULT_POLL_INTERVAL_SECONDS, TEXT, Contender, Session, poll, serve


class Procrastinate(Contender):
    """A job of Procrastinate. It stores no results: a caller waits for the status."""

    def __init__(self) -> None:
        app.open()
        self._reader = psycopg.connect(CONNECTION, autocommit=True)

    def prepare(self) -> None:
        app.schema_manager.apply_schema()

    def submit(self, kind: str) -> int:
        return int(echo.defer(text=TEXT))

    def wait(self, handle: int) -> None:
        poll(lambda: self.has_ended(handle), interval_seconds=RESULT_POLL_INTERVAL_SECONDS)

    def has_ended(self, handle: int) -> bool:
        status = self._value("SELECT status FROM procrastinate_jobs WHERE id = %s", handle)
        if status not in ("todo", "doing", "succeeded"):
            raise RuntimeError(f"Job {handle} is {status}.")
        return bool(status == "succeeded")

    def last_end(self, handles: Sequence[int]) -> float:
        statement = (
            "SELECT extract(epoch FROM max(at)) FROM procrastinate_events "
            "WHERE type = 'succeeded' AND job_id = ANY(%s)"
        )
        return float(self._value(statement, list(handles)))

    def _value(self, statement: str, parameter: object) -> Any:
        row = self._reader.execute(statement, [parameter]).fetchone()
        return row[0] if row else None


if __name__ == "__main__":
    serve(Session(Procrastinate()))
