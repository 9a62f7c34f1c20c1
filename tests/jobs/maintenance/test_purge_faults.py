"""A job that cannot be purged keeps no other one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from django.db.models.functions import Now

from jobs import registry
from jobs.lifecycle import verbs
from jobs.maintenance import retention
from jobs.models import Job
from tests.jobs.dispatch.line import submit
from tests.jobs.maintenance.locks import locked
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def expired_jobs(person: Person, number: int) -> list[Job]:
    """Return jobs of which the retention has passed, the first one first."""
    jobs = [submit(person) for _ in range(number)]
    for job in jobs:
        verbs.cancel(job.pk)
        Job.objects.filter(pk=job.pk).update(expires_at=Now())
    return jobs


def test_files_that_cannot_be_deleted_keep_their_job_alone(
    owner: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "MAX_PURGED_JOBS", 2)
    broken, *_ = expired_jobs(owner, 5)

    def discard(ids: Sequence[UUID]) -> None:
        if broken.pk in ids:
            raise OSError("the file store is away")

    monkeypatch.setitem(registry._types, "echo", replace(registry.get("echo"), discard=discard))
    retention.purge()
    assert list(Job.objects.all()) == [broken]
    assert f"job {broken.pk} cannot be purged" in caplog.text


def test_a_locked_row_of_a_job_keeps_that_job_alone(owner: Person) -> None:
    first, *_ = expired_jobs(owner, 3)
    event = first.events.get(number=1)
    with locked(event):
        retention.purge()
        assert list(Job.objects.all()) == [first]
    retention.purge()
    assert not Job.objects.exists()
