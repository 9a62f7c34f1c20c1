"""Jobs that depend on others."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from jobs import testing
from jobs.dispatch import after_end
from jobs.errors import InvalidSubmission
from jobs.models import Job
from jobs.models.states import State
from jobs.submission.control import cancel_job
from jobs.submission.submit import JobOptions, submit_job
from tests.people import Person

Submit = Callable[..., Job]


@pytest.fixture
def submit(owner: Person) -> Submit:
    """Give a function that submits a job of the owner's which depends on others."""

    def make(*parents: Job, type: str = "echo", person: Person = owner, **options: object) -> Job:
        wanted = JobOptions(depends_on=tuple(parent.pk for parent in parents), **options)  # type: ignore[arg-type]
        return submit_job(
            type,
            {"error": "bug"} if type == "failing" else {"text": "x"},
            owner=person.user,
            organization=person.organization,
            options=wanted,
        )

    return make


def state(job: Job) -> str:
    job.refresh_from_db()
    return str(job.state)


def test_a_job_waits_until_all_its_dependencies_have_completed(submit: Submit) -> None:
    first, second = submit(), submit()
    child = submit(first, second)
    testing.run(first)
    assert state(child) == State.WAITING
    testing.run(second)
    assert state(child) == State.PENDING
    assert child.events.latest("number").kind == "released"


def test_a_handler_reads_the_outputs_of_its_dependencies(submit: Submit) -> None:
    parent = submit()
    child = submit(parent, type="gathering")
    testing.run(parent)
    assert testing.run(child).output == {"text": f"{parent.pk}: x"}


@pytest.mark.parametrize("ending", ["failed", "cancelled"])
def test_a_job_is_cancelled_when_its_dependency_fails(submit: Submit, ending: str) -> None:
    parent = submit(type="failing", max_attempts=1)
    child = submit(parent)
    grandchild = submit(child)
    if ending == "failed":
        testing.run(parent)
    else:
        cancel_job(parent, actor="olga")
        after_end.sweep()
    assert state(parent) == ending
    assert state(child) == state(grandchild) == State.CANCELLED
    assert child.error["code"] == "dependency_failed"


def test_a_job_may_run_although_its_dependency_failed(submit: Submit) -> None:
    parent = submit(type="failing", max_attempts=1)
    child = submit(parent, runs_after_failure=True)
    testing.run(parent)
    assert state(child) == State.PENDING


def test_a_released_job_still_waits_for_its_time(submit: Submit) -> None:
    parent = submit()
    child = submit(parent, run_at=timezone.now() + timedelta(hours=1))
    testing.run(parent)
    assert state(child) == State.SCHEDULED


@pytest.mark.django_db(transaction=True)
def test_a_job_that_depends_on_ended_jobs_does_not_wait(submit: Submit) -> None:
    parent = submit()
    testing.run(parent)
    assert state(submit(parent)) == State.PENDING


def test_the_relay_releases_jobs_that_were_missed(submit: Submit) -> None:
    parent = submit()
    child = submit(parent)
    Job.objects.filter(pk=parent.pk).update(has_dependants=False)  # as if the notice had been lost
    testing.run(parent)
    assert state(child) == State.WAITING
    after_end.sweep()
    assert state(child) == State.PENDING


def test_a_strangers_job_cannot_be_a_dependency(submit: Submit, stranger: Person) -> None:
    theirs = submit(person=stranger)
    with pytest.raises(InvalidSubmission) as refused:
        submit(theirs, Job(pk=uuid4()))
    assert [fault.pointer for fault in refused.value.faults] == ["/depends_on/0", "/depends_on/1"]
    assert {fault.code for fault in refused.value.faults} == {"not_found"}


def test_a_waiting_job_can_be_cancelled(submit: Submit) -> None:
    child = submit(submit())
    assert cancel_job(child, actor="olga").state == State.CANCELLED
