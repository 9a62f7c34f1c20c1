"""One fault stays one fault: a locked row, or a broken one, stops no other job's maintenance."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, models
from django.db.models.functions import Now
from django.utils import timezone

from jobs.dispatch import window
from jobs.lifecycle import transition, verbs
from jobs.lifecycle.eventlog import Sql
from jobs.maintenance import relay, rescue
from jobs.maintenance.relay import MAX_JOBS_PER_STATEMENT
from jobs.models import Batch, Job, Organization, Schedule
from jobs.models.states import Event, State
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from jobs.submission import schedules
from jobs.submission.submit import JobRequest, submit_batch
from jobs.webhooks import endpoints
from tests.jobs.dispatch.line import submit
from tests.jobs.maintenance.locks import locked
from tests.people import Person, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_messages() -> None:
    get_client().flushdb()


def make_schedule(person: Person, name: str) -> Schedule:
    made = schedules.create(
        name,
        cron="0 0 1 1 *",
        type="echo",
        input={},
        owner=person.user,
        organization=person.organization,
    )
    Schedule.objects.filter(pk=made.pk).update(next_at=Now())
    return made


def pending(person: Person) -> Job:
    """Return a job whose message was lost."""
    job = submit(person)
    Job.objects.filter(pk=job.pk).update(published_at=Now() - timedelta(minutes=1))
    return job


def ended_batch(person: Person) -> Batch:
    batch = submit_batch(
        [JobRequest(type="echo", input={})], owner=person.user, organization=person.organization
    )
    for job in batch.jobs.all():
        verbs.cancel(job.pk)
    return batch


def with_failed_dependency(person: Person) -> models.Model:
    """Return a webhook, which the cancellation of a waiting job needs."""
    first = submit(person)
    submit(person, depends_on=(first.pk,))
    made = endpoints.create(
        "https://example.com/",
        events=["job.cancelled"],
        owner=person.user,
        organization=person.organization,
    )
    Job.objects.filter(pk=first.pk).update(state=State.FAILED)
    return made


@pytest.mark.parametrize(
    "make_row",
    [
        pending,
        ended_batch,
        with_failed_dependency,
        lambda person: make_schedule(person, "locked"),
        lambda person: make_schedule(person, "locked").organization,
    ],
    ids=["pending job", "batch", "webhook", "schedule", "organization"],
)
def test_a_locked_row_stops_no_retry_schedule_or_rescue(
    owner: Person, make_row: Callable[[Person], models.Model]
) -> None:
    stranger = make_person("sten", Organization.objects.create(name="Other", slug="other"))
    row = make_row(owner)
    due, lost = submit(stranger, run_at=timezone.now() + timedelta(hours=1)), submit(stranger)
    Job.objects.filter(pk=due.pk).update(run_at=Now())
    assert verbs.claim(lost.pk, 1, worker="w", lease=timedelta(0))
    schedule = make_schedule(stranger, "sound")
    batch = ended_batch(stranger)
    with locked(row):
        relay.relay()
        relay.fire_schedules()
        rescue.rescue()
        due.refresh_from_db()
        lost.refresh_from_db()
        batch.refresh_from_db()
        assert (due.state, lost.state) == (State.PENDING, State.PENDING)
        assert batch.finished_at is not None
        assert schedule.runs.get().job is not None
    relay.relay()
    relay.fire_schedules()
    assert not heartbeats.read().failing


def test_a_failing_duty_is_shown_until_it_succeeds(
    owner: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    due = submit(owner, run_at=timezone.now() + timedelta(hours=1))
    Job.objects.filter(pk=due.pk).update(run_at=Now())
    with monkeypatch.context() as broken:
        broken.setattr(window, "queues_in_line", lambda: 1 / 0)
        relay.relay()
    due.refresh_from_db()
    assert due.state == State.PENDING
    assert set(heartbeats.read().failing) == {"relay/publish"}
    assert "relay/publish failed" in caplog.text
    relay.relay()
    assert not heartbeats.read().failing


def test_a_broken_schedule_says_so_in_its_history(owner: Person) -> None:
    broken, sound = make_schedule(owner, "broken"), make_schedule(owner, "sound")
    Schedule.objects.filter(pk=broken.pk).update(options={"priority": "high"})
    while relay.fire_schedules():  # a round has only so much time
        pass
    assert sound.runs.get().job is not None
    assert broken.runs.get().refusal.startswith("internal_error: ")
    relay.fire_schedules()
    assert (broken.runs.count(), sound.runs.count()) == (1, 1)


def lost_jobs(person: Person) -> list[Job]:
    """Return three running jobs whose leases have expired."""
    jobs = [submit(person) for _ in range(3)]
    for job in jobs:
        assert verbs.claim(job.pk, 1, worker="w", lease=timedelta(0))
    return jobs


def test_a_locked_job_stops_the_rescue_of_no_other(owner: Person) -> None:
    with locked(lost_jobs(owner)[0]):
        assert rescue.rescue() == 2
    assert rescue.rescue() == 1


def test_a_statement_that_fails_for_one_job_moves_the_others(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = lost_jobs(owner)[0]
    move = transition.move

    def fail_with_poison(
        kind: Event, source: State, target: State, where: Sql, **changes: Any
    ) -> list[Job]:
        if where.params[0] in {MAX_JOBS_PER_STATEMENT, poison.pk}:
            raise DatabaseError("one of the jobs cannot be moved")
        return move(kind, source, target, where, **changes)

    monkeypatch.setattr(transition, "move", fail_with_poison)
    assert rescue.rescue() == 2
