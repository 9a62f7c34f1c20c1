"""Counters are rolled up from the event log: each entry once, despite purges and parallel runs."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from jobs import testing
from jobs.attempt import fenced_writes
from jobs.lifecycle import verbs
from jobs.maintenance import retention
from jobs.models import Counter, Job, JobEvent, Organization, RollupCursor
from jobs.monitoring.rollup import BEYOND, fold
from tests.jobs.sessions import Session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


def counted(name: str, *labels: str) -> float:
    """Count until nothing is left, and give a counter."""
    while fold():
        pass
    return sum(Counter.objects.filter(name=name, labels=labels).values_list("value", flat=True))


def test_jobs_are_counted_by_type_and_outcome(
    make_job: Callable[..., Job],
) -> None:
    testing.run(make_job("echo", text="x"))
    testing.run(make_job("failing", error="invalid_input"))
    retried = testing.run(make_job("failing", error="transient", times=1))
    verbs.cancel(make_job("echo", text="y").pk)
    assert testing.run(retried).state == "completed"
    fold()
    assert counted("created", "echo") == 2
    assert counted("started", "failing") == 3
    assert counted("finished", "echo", "completed") == 1
    assert counted("finished", "echo", "cancelled") == 1
    assert counted("finished", "failing", "failed") == 1
    assert counted("retried", "failing", "transient") == 1
    assert counted("leases_lost", "echo") == 0


def test_a_worker_that_is_lost_is_counted(make_job: Callable[..., Job]) -> None:
    job = make_job("echo", text="x")
    verbs.claim(job.pk, 1, worker="w", lease=timedelta(0))
    verbs.rescue(verbs.LEASE_EXPIRED, max_crashes=3, batch=10)
    fold()
    assert counted("leases_lost", "echo") == 1


def test_durations_come_from_the_log(make_job: Callable[..., Job]) -> None:
    job = testing.run(make_job("echo", text="x"))
    verbs.cancel(make_job("echo", text="never started").pk)
    for number, seconds in ((1, 100), (2, 60), (3, 0)):
        JobEvent.objects.filter(job=job, number=number).update(
            at=Now() - timedelta(seconds=seconds)
        )
    fold()
    assert counted("wait", "echo", "60") == 1
    assert counted("wait_sum", "echo") == pytest.approx(40, abs=1)
    assert counted("duration", "echo", "120") == 1
    assert counted("duration_sum", "echo") == pytest.approx(60, abs=1)
    assert counted("duration", "echo", BEYOND) == 0


def test_a_counter_survives_the_purge_of_its_jobs(make_job: Callable[..., Job]) -> None:
    testing.run(make_job("echo", text="x"))
    fold()
    assert counted("finished", "echo", "completed") == 1
    Job.objects.update(expires_at=Now())
    assert retention.purge() == 1
    assert counted("finished", "echo", "completed") == 1


def test_an_entry_that_is_committed_late_is_counted_once(
    make_job: Callable[..., Job], other: Session
) -> None:
    late, quick = make_job("echo", text="late"), make_job("echo", text="quick")
    late_commit = transaction.atomic()
    with transaction.atomic():
        Organization.objects.update(name="first")  # the lower transaction number ...
        other.do(late_commit.__enter__)
        other.do(lambda: verbs.cancel(late.pk))
        verbs.cancel(quick.pk)  # ... with the higher id, committed before
    for _ in range(4):
        fold()
    assert counted("finished", "echo", "cancelled") == 0  # not without the one before
    other.do(lambda: late_commit.__exit__(None, None, None))
    fold()
    assert counted("finished", "echo", "cancelled") == 2


def test_two_parallel_rollups_count_each_entry_once(
    make_job: Callable[..., Job], other: Session
) -> None:
    make_job("echo", text="x")
    fold()
    with transaction.atomic():
        assert fold() == 1
        assert other.do(fold) == 0
    assert counted("created", "echo") == 1


def test_a_rollup_continues_after_a_restore_on_another_server(
    make_job: Callable[..., Job],
) -> None:
    make_job("echo", text="x")
    fold()
    RollupCursor.objects.update(settled_at_xid=2**60)  # that server had made more transactions
    assert counted("created", "echo") == 1


def test_tokens_and_cost_are_counted_at_each_call(make_job: Callable[..., Job]) -> None:
    job = make_job("echo", text="x")
    for _ in range(2):
        fenced_writes.add_usage(
            job, model="stub", prompt_tokens=5, completion_tokens=3, cost_usd=0.25
        )
    assert counted("model_tokens", "stub", "prompt") == 10
    assert counted("model_tokens", "stub", "completion") == 6
    assert counted("model_cost", "stub") == 0.5
    job.refresh_from_db()
    assert (job.usage["prompt_tokens"], job.usage["cost_usd"]) == (10, 0.5)
