"""Fan-out: a job that splits its work into parts."""

import pytest
from django.db.models.functions import Now

from jobs import testing
from jobs.attempt.progress import Progress
from jobs.dispatch import after_end
from jobs.errors import LimitReached
from jobs.lifecycle import verbs
from jobs.maintenance import relay, retention
from jobs.models import Batch, Job
from jobs.submission.control import cancel_job, retry_job
from jobs.submission.submit import submit_job
from jobs.worker.parts import split
from tests.jobs.conftest import LEASE
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def submit(person: Person, letters: str = "abc") -> Job:
    return submit_job(
        "splitting", {"letters": letters}, owner=person.user, organization=person.organization
    )


def parts(job: Job) -> list[Job]:
    return sorted(Job.objects.parts_of(job), key=lambda part: part.part_number or 0)


def test_a_job_gathers_the_outputs_of_its_parts_in_order(owner: Person) -> None:
    job = testing.run(submit(owner))
    assert (job.state, job.lease_expires_at) == ("waiting", None)
    assert job.events.get(kind="split").data == {"batch": str(Batch.objects.get().pk)}
    assert [part.input["letters"] for part in parts(job)] == ["a", "b", "c"]
    for part in reversed(parts(job)):
        testing.run(part)
    job.refresh_from_db()
    assert (job.state, job.uncounted_attempts) == ("pending", 1)
    done = testing.run(job)
    assert (done.state, done.output) == ("completed", {"text": "abc"})


def test_a_part_knows_its_batch_and_waits_behind_whole_jobs(owner: Person) -> None:
    job = testing.run(submit(owner))
    [batch] = Batch.objects.filter(jobs__parent=job).distinct()
    for part in parts(job):
        assert (part.batch_id, part.priority, part.owner_id) == (batch.pk, 4, owner.user.pk)
        assert part.expires_at is None
        assert (part.keep_completed, part.keep_failed) == (job.keep_completed, job.keep_failed)


def test_parts_count_as_one_job_in_limits(owner: Person) -> None:
    first = testing.run(submit(owner, "abcdefgh"))
    assert len(parts(first)) == 8
    submit(owner)
    submit(owner)
    with pytest.raises(LimitReached) as refused:
        submit(owner)
    assert (refused.value.limit, refused.value.in_use) == ("user", 3)


def test_progress_is_the_mean_of_the_parts(owner: Person) -> None:
    job = testing.run(submit(owner, "abcd"))
    seen = []
    for part in parts(job)[:3]:
        testing.run(part)
        job.refresh_from_db()
        seen.append((job.progress, job.message))
    assert seen == [(25, "1 of 4 parts done"), (50, "2 of 4 parts done"), (75, "3 of 4 parts done")]


def test_progress_does_not_fall_when_the_job_wakes_to_gather(owner: Person) -> None:
    job = testing.run(submit(owner))
    for part in parts(job):
        testing.run(part)
    awake = verbs.claim(job.pk, 2, worker="w", lease=LEASE)
    assert awake is not None
    assert (awake.progress, Progress(awake, lambda _: None).percent) == (100, 100)


def test_a_failed_part_fails_the_job_and_a_retry_runs_the_failed_parts(owner: Person) -> None:
    job = testing.run(submit(owner, "aX"))
    for part in parts(job):
        testing.run(part)
    job = testing.run(job)
    assert (job.state, job.error["code"], job.error["retryable"]) == ("failed", "part_failed", True)
    assert "Part 2 of the job ended as failed: X cannot be written." in job.error["message"]
    retry_job(job, actor="olga")
    assert [part.state for part in parts(job)] == ["completed", "pending"]
    assert testing.run(job).state == "waiting"
    job.refresh_from_db()
    assert (job.progress, job.message) == (50, "1 of 2 parts done")
    testing.run(parts(job)[1])
    assert testing.run(job).output == {"text": "aX"}


@pytest.mark.parametrize("swept", [True, False])
def test_cancelling_a_job_cancels_its_parts(owner: Person, swept: bool) -> None:
    job = testing.run(submit(owner))
    testing.run(parts(job)[0])
    if swept:  # whoever was to follow it up has died
        verbs.cancel(job.pk)
        relay.relay()
    else:
        cancel_job(job, actor="olga")
    assert [part.state for part in parts(job)] == ["completed", "cancelled", "cancelled"]
    assert Batch.objects.filter(jobs__parent=job).distinct().get().finished_at is not None


def test_cancelling_a_job_that_was_retried_cancels_its_parts(owner: Person) -> None:
    job = testing.run(submit(owner, "aX"))
    for part in parts(job):
        testing.run(part)
    job = testing.run(job)
    retry_job(job, actor="olga")
    assert Batch.objects.filter(jobs__parent=job).distinct().get().finished_at is None
    cancel_job(job, actor="olga")
    assert [part.state for part in parts(job)] == ["completed", "cancelled"]


def test_parts_are_kept_while_their_job_may_gather_them(owner: Person) -> None:
    job = testing.run(submit(owner, "aX"))
    for part in parts(job):
        testing.run(part)
        Job.objects.filter(pk=part.pk).update(expires_at=Now())
    assert retention.purge() == 0
    job = testing.run(job)
    assert (job.state, retention.purge(), len(parts(job))) == ("failed", 0, 2)
    Job.objects.filter(pk=job.pk).update(expires_at=Now())
    assert (retention.purge(), retention.purge()) == (3, 0), "parts go with their job"
    assert not Job.objects.exists()


def test_a_job_with_a_cancel_request_is_not_split(owner: Person) -> None:
    job = verbs.claim(submit(owner).pk, 1, worker="w", lease=LEASE)
    assert job is not None
    verbs.cancel(job.pk)
    found = split(job, [{"letters": "a"}])
    assert found is not None
    assert (found.state, parts(job)) == ("cancelled", [])


def test_a_superseded_attempt_stores_no_parts(owner: Person) -> None:
    job = verbs.claim(submit(owner).pk, 1, worker="w", lease=LEASE)
    assert job is not None
    assert split(job, [{"letters": "a"}, {"letters": "b"}]) is not None
    assert split(job, [{"letters": "c"}]) is None
    assert [part.input["letters"] for part in parts(job)] == ["a", "b"]


def test_a_crash_while_splitting_leaves_the_job_unchanged(owner: Person) -> None:
    job = verbs.claim(submit(owner).pk, 1, worker="w", lease=LEASE)
    assert job is not None
    with pytest.raises(TypeError):
        split(job, [{"letters": "a"}, {"letters": object()}])
    job.refresh_from_db()
    assert (job.state, parts(job), Batch.objects.count()) == ("running", [], 0)


def test_parts_that_end_before_their_job_waits_are_not_missed(
    owner: Person,
) -> None:
    job = testing.run(submit(owner))
    for part in parts(job):
        testing.run(part)
    again = verbs.claim(job.pk, 2, worker="w", lease=LEASE)
    assert again is not None
    assert split(again, [{"letters": "a"}]) is not None
    job.refresh_from_db()
    assert (job.state, after_end.sweep()) == ("pending", 0)
