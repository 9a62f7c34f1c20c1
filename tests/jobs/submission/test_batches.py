"""Batches: jobs that are submitted together."""

import pytest

from jobs import testing
from jobs.errors import InvalidSubmission, LimitReached
from jobs.maintenance import relay
from jobs.models import Batch, Job
from jobs.submission.control import cancel_batch
from jobs.submission.submit import JobRequest, submit_batch
from tests.people import Person


def submit(person: Person, *types: str, **input: object) -> Batch:
    wanted = [JobRequest(type=name, input=input or {"text": "x"}) for name in types]
    return submit_batch(wanted, owner=person.user, organization=person.organization)


def test_a_batch_ends_with_its_last_job(owner: Person) -> None:
    batch = submit(owner, "echo", "echo")
    first, second = batch.jobs.all()
    testing.run(first)
    batch.refresh_from_db()
    assert batch.finished_at is None
    testing.run(second)
    batch.refresh_from_db()
    assert batch.finished_at is not None


def test_a_batch_is_all_or_nothing(owner: Person) -> None:
    wanted = [
        JobRequest(type="echo", input={"text": "x"}),
        JobRequest(type="echo", input={"text": 1}),
    ]
    with pytest.raises(InvalidSubmission) as refused:
        submit_batch(wanted, owner=owner.user, organization=owner.organization)
    assert [fault.pointer for fault in refused.value.faults] == ["/jobs/1/input/text"]
    assert (Job.objects.count(), Batch.objects.count()) == (0, 0)


def test_a_batch_respects_a_limit(owner: Person) -> None:
    submit(owner, "limited")
    with pytest.raises(LimitReached):
        submit(owner, *["limited"] * 3)
    assert (Job.objects.count(), Batch.objects.count()) == (1, 1)
    assert submit(owner, *["limited"] * 2).total == 2


def test_a_cancelled_batch_ends(owner: Person) -> None:
    batch = submit(owner, "echo", "echo", "echo")
    cancel_batch(batch, actor="olga")
    relay.relay()
    batch.refresh_from_db()
    assert {job.state for job in batch.jobs.all()} == {"cancelled"}
    assert batch.finished_at is not None


def test_a_batch_holds_a_thousand_jobs_at_most(owner: Person) -> None:
    batch = submit(owner, *["echo"] * 1000)
    assert batch.jobs.count() == 1000
    assert batch.jobs.filter(events__kind="submitted").count() == 1000
    with pytest.raises(InvalidSubmission, match="1 to 1000"):
        submit(owner, *["echo"] * 1001)
