"""The Python API for code of the same project."""

import subprocess
import sys
import uuid

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction

import jobs
from jobs import testing
from jobs.errors import InvalidSubmission, NotFound, Refused, WrongState
from tests.people import Person
from tests.programs import PROJECT


def test_the_package_is_imported_without_django() -> None:
    code = "import jobs, sys; print([name for name in sys.modules if name.startswith('django')])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        jobs.nothing  # noqa: B018  # what is tested


def test_a_job_is_submitted_read_and_waited_for(owner: Person) -> None:
    job = jobs.submit("echo", {"text": "hi"}, owner=owner.user, options=jobs.JobOptions(priority=7))
    assert (job.organization, job.priority) == (owner.organization, 7)
    testing.run(job)
    assert jobs.status(str(job.pk)).state == "completed"
    assert jobs.wait(job.pk, timeout=5).output == {"text": "hi"}


def test_a_refused_submission_raises_each_fault(owner: Person) -> None:
    with pytest.raises(InvalidSubmission) as refused:
        jobs.submit("echo", {"text": 1}, owner=owner.user)
    assert [fault.pointer for fault in refused.value.faults] == ["/input/text"]


@pytest.mark.django_db
def test_an_owner_without_an_organization_is_refused() -> None:
    lonely = User.objects.create_user("lonely")
    with pytest.raises(Refused, match="not a member of any organization"):
        jobs.submit("echo", {}, owner=lonely)


def test_cancel_and_retry_are_logged_with_their_actor(owner: Person) -> None:
    job = jobs.submit("echo", {}, owner=owner.user)
    assert jobs.cancel(job.pk, actor=owner.user).state == "cancelled"
    assert jobs.retry(job.pk, actor=owner.user).state == "pending"
    assert set(job.events.values_list("actor", flat=True)) == {"olga"}
    with pytest.raises(WrongState):
        jobs.retry(job.pk)


def test_a_call_for_an_organization_finds_its_jobs_alone(owner: Person, stranger: Person) -> None:
    job = jobs.submit("echo", {}, owner=owner.user)
    for verb in (jobs.status, jobs.wait, jobs.cancel, jobs.retry):
        with pytest.raises(NotFound):
            verb(job.pk, organization=stranger.organization)
    for unknown in (uuid.uuid4(), "not-an-id"):
        with pytest.raises(NotFound):
            jobs.status(unknown)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_published_after_the_commit(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    with transaction.atomic():
        jobs.submit("echo", {}, owner=owner.user)
        assert sent == []
    assert sent == ["jobtypes.echo"]
