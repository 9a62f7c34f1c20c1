"""An explicit retry follows the rules of a submission: dependencies, `run_at` and limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs.errors import LimitReached, WrongState
from jobs.lifecycle import verbs
from jobs.maintenance import relay
from jobs.models import Job, Organization
from jobs.models.states import State
from jobs.submission.control import cancel_job, retry_job, retry_jobs
from tests.jobs.dispatch.line import submit
from tests.people import Person, make_person

pytestmark = pytest.mark.django_db


def cancelled(job: Job) -> Job:
    cancel_job(job, actor="")
    job.refresh_from_db()
    return job


def complete(job: Job) -> None:
    claimed = verbs.claim(job.pk, job.attempt + 1, worker="w", lease=timedelta(minutes=1))
    assert claimed is not None
    assert verbs.complete(claimed, {})


def test_a_child_waits_for_its_parent(owner: Person) -> None:
    parent = submit(owner)
    child = cancelled(submit(owner, depends_on=(parent.pk,)))
    assert retry_job(child, actor="").state == State.WAITING
    complete(parent)
    relay.relay()
    child.refresh_from_db()
    assert child.state == State.PENDING


def test_a_child_of_a_failed_job_is_retried_after_it(owner: Person) -> None:
    parent = submit(owner)
    child = submit(owner, depends_on=(parent.pk,))
    regardless = submit(owner, depends_on=(parent.pk,), runs_after_failure=True)
    for job in (child, regardless, parent):
        cancelled(job)
    assert retry_job(regardless, actor="").state == State.PENDING
    with pytest.raises(WrongState, match="Retry that job first"):
        retry_job(child, actor="")
    found = Job.objects.filter(state=State.CANCELLED).order_by("created_at", "id")
    assert retry_jobs(list(found), actor="") == 2
    parent.refresh_from_db()
    child.refresh_from_db()
    assert (parent.state, child.state) == (State.PENDING, State.WAITING)


def test_a_child_of_a_completed_job_is_pending(owner: Person) -> None:
    parent = submit(owner)
    child = cancelled(submit(owner, depends_on=(parent.pk,)))
    complete(parent)
    assert retry_job(child, actor="").state == State.PENDING


def test_a_job_for_later_stays_for_later(owner: Person) -> None:
    job = cancelled(submit(owner, run_at=timezone.now() + timedelta(hours=1)))
    retried = retry_job(job, actor="")
    assert (retried.state, retried.run_at) == (State.SCHEDULED, job.run_at)


def test_a_retry_counts_against_limits(owner: Person) -> None:
    old = [cancelled(submit(owner, type="limited")) for _ in range(5)]
    submit(owner, type="limited")
    assert retry_jobs(old, actor="") == 2
    with pytest.raises(LimitReached):
        retry_job(old[-1], actor="")
    with pytest.raises(LimitReached):
        retry_jobs(old, actor="")
    response = owner.client.post("/api/v1/jobs/retry?state=cancelled")
    assert (response.status_code, response.json()["code"]) == (429, "limit_reached")
    assert Job.objects.active().count() == 3


@pytest.mark.django_db(transaction=True)
def test_parallel_retries_and_submissions_admit_no_more() -> None:
    person = make_person("olga", Organization.objects.create(name="Acme", slug="acme"))
    old = [cancelled(submit(person, type="limited")) for _ in range(6)]

    def start(job: Job) -> bool:
        try:
            if job.pk == old[-1].pk:
                submit(person, type="limited")
            else:
                retry_job(job, actor="")
        except LimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(start, old)) == 3
    assert Job.objects.active().count() == 3
