"""Limits at run time hold exactly while workers are killed, judged by the event log."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from tests.acceptance.installation import Installation
from tests.chaos.attacks import connect
from tests.waiting import until

KILLS = 4
ATTEMPTS = """
SELECT at, ended_at FROM (
    SELECT kind, at, lead(at) OVER (PARTITION BY job_id ORDER BY number) AS ended_at
    FROM jobs_jobevent WHERE job_id::text = ANY (%s) AND (kind = 'started' OR state <> 'running')
) AS entries WHERE kind = 'started' ORDER BY at
"""
"""Each start, with the next entry of the job by which it was no longer running."""
RUNNING = "SELECT worker FROM jobs_job WHERE id::text = ANY (%s) AND state = 'running'"
COMPLETED = "SELECT count(*) FROM jobs_job WHERE id::text = ANY (%s) AND state = 'completed'"


def submit_in_parallel(installation: Installation, name: str, count: int) -> list[str]:
    with ThreadPoolExecutor(8) as threads:
        return list(
            threads.map(lambda _: installation.submit(name, site="x", pause=0.05), range(count))
        )


def query(installation: Installation, statement: str, ids: list[str]) -> list[tuple[Any, ...]]:
    with closing(connect(installation)) as sql, sql.cursor() as cursor:
        cursor.execute(statement, [ids])
        return cursor.fetchall()


def run_while_workers_are_killed(
    installation: Installation, ids: list[str]
) -> list[tuple[datetime, datetime]]:
    """Kill processes that run these jobs; return when each attempt started and ended."""
    for number in range(1, KILLS + 1):
        goal = number * len(ids) // (2 * KILLS)
        until(lambda goal=goal: query(installation, COMPLETED, ids)[0][0] >= goal)  # type: ignore[misc]
        if number == KILLS:
            installation.kill_worker()
        else:
            kill_one(installation, ids)
    until(lambda: query(installation, COMPLETED, ids)[0][0] == len(ids), what="all jobs completed")
    attempts = query(installation, ATTEMPTS, ids)
    assert len(attempts) > len(ids), "no attempt was killed"
    return [(start, end) for start, end in attempts]


def kill_one(installation: Installation, ids: list[str]) -> None:
    running = until(lambda: query(installation, RUNNING, ids))
    os.kill(int(running[0][0].rpartition("/")[2]), signal.SIGKILL)


def count_overlapping(attempts: list[tuple[datetime, datetime]]) -> int:
    """Return the largest number of attempts that ran at the same time."""
    changes = [change for start, end in attempts for change in ((start, 1), (end, -1))]
    running = most = 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most


def test_a_concurrency_is_never_exceeded(installation: Installation) -> None:
    ids = submit_in_parallel(installation, "one_per_site", 100)
    assert count_overlapping(run_while_workers_are_killed(installation, ids)) == 1


def test_a_rate_is_never_exceeded(installation: Installation) -> None:
    ids = submit_in_parallel(installation, "ten_a_second", 50)
    starts = [start for start, _ in run_while_workers_are_killed(installation, ids)]
    spans = [last - first for first, last in zip(starts, starts[10:], strict=False)]
    assert min(spans) >= timedelta(seconds=1)
