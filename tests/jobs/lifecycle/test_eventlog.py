"""Replaying the event log of a job gives its row."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from jobs import testing
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import UNLOGGED, VOLATILE, replay
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from tests.jobs.conftest import LEASE


def row(job: Job) -> dict[str, Any]:
    """Read a job's row as JSON, as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(jobs_job) FROM jobs_job WHERE id = %s", [job.pk])
        found = cursor.fetchone()[0]
    read: dict[str, Any] = json.loads(found) if isinstance(found, str) else found
    return {
        column: value
        for column, value in read.items()
        if column not in VOLATILE | UNLOGGED or column == "log_number"
    }


def assert_replays(job: Job) -> None:
    """Check that the log gives the row, and has no gap."""
    events = list(job.events.all())
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    replayed = json.loads(json.dumps(replay(events), cls=DjangoJSONEncoder))
    assert replayed == row(job)


def test_the_log_of_a_completed_job_replays_to_its_row(job: Job) -> None:
    testing.run(job)
    assert [event.kind for event in job.events.all()] == ["submitted", "started", "completed"]
    assert_replays(job)


def test_the_log_of_every_end_of_an_attempt_replays_to_the_row(
    make_job: Callable[..., Job],
) -> None:
    ways: list[Callable[[Job], object]] = [
        lambda job: verbs.fail(job, TIMED_OUT),
        lambda job: verbs.back_off(job, TIMED_OUT, wait=LEASE, uncounted=True),
        lambda job: verbs.snooze(job, timedelta(0)),
        verbs.hand_back,
        lambda job: verbs.cancel(job.pk) and verbs.end_cancelled(job),
        lambda job: verbs.rescue(verbs.process_condition("w"), max_crashes=3, batch=1),
        lambda job: verbs.rescue(verbs.process_condition("w"), max_crashes=1, batch=1),
        lambda job: verbs.fail(job, TIMED_OUT) and verbs.retry(job.pk, actor="olga"),
    ]
    for leave in ways:
        job = make_job(text="x")
        claimed = verbs.claim(job.pk, 1, worker="w", lease=LEASE)
        assert claimed is not None
        assert leave(claimed)
        assert_replays(job)


def test_an_entry_names_its_actor(job: Job) -> None:
    verbs.cancel(job.pk, actor="olga")
    assert job.events.get(kind="cancelled").actor == "olga"
