"""Debounced submissions share one job, which starts when they have stopped for a while."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import jobs
from jobs import Debounce, JobOptions, Unique, testing
from jobs.errors import InvalidSubmission
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import replay
from jobs.models import Job
from jobs.submission.submit import JobRequest, submit_batch
from tests.jobs.conftest import LEASE
from tests.people import Person

MINUTE = Debounce(key="site-7", seconds=60)
CAPPED = Debounce(key="site-7", seconds=60, max_seconds=90)


def submit(person: Person, text: str, debounce: Debounce = MINUTE, type: str = "echo") -> Job:
    options = JobOptions(debounce=debounce)
    return jobs.submit(type, {"text": text}, owner=person.user, options=options)


def seconds_until(time: datetime) -> float:
    return (time - timezone.now()).total_seconds()


def let_pass(job: Job, seconds: float) -> None:
    """Shift a job into the past, and promote it where it is due."""
    shift = timedelta(seconds=seconds)
    stored = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(
        created_at=stored.created_at - shift, run_at=stored.run_at - shift
    )
    verbs.promote_due(10)


def test_a_debounced_job_starts_after_its_delay(owner: Person) -> None:
    job = submit(owner, "a")
    assert (job.state, job.is_found) == ("scheduled", False)
    assert seconds_until(job.run_at) == pytest.approx(60, abs=5)


def test_the_next_submission_replaces_the_input_and_delays_again(
    owner: Person, teammate: Person
) -> None:
    first = submit(owner, "a")
    let_pass(first, 30)
    found = submit(teammate, "b")
    assert (found, found.is_found, found.input) == (first, True, {"text": "b"})
    assert seconds_until(found.run_at) == pytest.approx(60, abs=5)
    assert Job.objects.get().owner == owner.user
    entry = first.events.get(kind="debounced")
    assert (entry.actor, entry.state, entry.data) == ("tariq", "scheduled", {"wait_seconds": 60})


def test_another_key_type_or_organization_is_another_job(owner: Person, stranger: Person) -> None:
    submit(owner, "a")
    assert not submit(owner, "b", Debounce(key="site-8", seconds=60)).is_found
    assert not submit(owner, "b", type="limited").is_found
    assert not submit(stranger, "b").is_found


def test_a_due_job_that_has_not_started_is_delayed_again(owner: Person) -> None:
    first = submit(owner, "a")
    let_pass(first, 61)
    assert Job.objects.get().state == "pending"
    found = submit(owner, "b")
    assert (found, found.state, found.pending_until) == (first, "scheduled", None)
    let_pass(first, 61)
    assert testing.run(first).output == {"text": "b"}


def test_a_job_waits_at_most_the_maximum_from_its_first_submission(owner: Person) -> None:
    first = submit(owner, "a", CAPPED)
    let_pass(first, 45)
    assert seconds_until(submit(owner, "b", CAPPED).run_at) == pytest.approx(45, abs=5)
    let_pass(first, 50)
    found = submit(owner, "c", CAPPED)
    assert (found, found.state, found.input) == (first, "pending", {"text": "c"})
    assert testing.run(first).output == {"text": "c"}


def test_a_maximum_shorter_than_the_delay_holds_from_the_start(owner: Person) -> None:
    job = submit(owner, "a", Debounce(key="k", seconds=60, max_seconds=10))
    assert seconds_until(job.run_at) == pytest.approx(10, abs=5)


@pytest.mark.parametrize("state", ["running", "ended", "backing off", "cancelled"])
def test_a_job_that_has_started_or_ended_is_left_alone(owner: Person, state: str) -> None:
    first = submit(owner, "a")
    let_pass(first, 61)
    if state == "cancelled":
        verbs.cancel(first.pk)
    else:
        claimed = verbs.claim(first.pk, 1, worker="w", lease=LEASE)
        assert claimed is not None
        if state == "ended":
            verbs.complete(claimed, {"text": "a"})
        if state == "backing off":
            verbs.snooze(claimed, LEASE)
    second = submit(owner, "b")
    assert (second.is_found, second.state) == (False, "scheduled")
    first.refresh_from_db()
    assert first.input == {"text": "a"}


def test_the_log_replays_to_the_row(owner: Person) -> None:
    job = submit(owner, "a")
    submit(owner, "b")
    Job.objects.update(run_at=timezone.now())
    verbs.promote_due(10)
    submit(owner, "c")
    replayed = replay(job.events.all())
    job.refresh_from_db()
    assert [event.kind for event in job.events.all()] == [
        "submitted",
        "debounced",
        "promoted",
        "debounced",
    ]
    assert (replayed["state"], replayed["pending_until"]) == (job.state, job.pending_until)
    assert datetime.fromisoformat(replayed["run_at"]) == job.run_at


@pytest.mark.parametrize(
    "option",
    [{"run_at": timezone.now()}, {"unique": Unique()}, {"depends_on": None}],
    ids=lambda option: next(iter(option)),
)
def test_options_that_exclude_each_other_are_refused(owner: Person, option: Any) -> None:
    if "depends_on" in option:
        option = {"depends_on": (jobs.submit("echo", {}, owner=owner.user).pk,)}
    with pytest.raises(InvalidSubmission) as refused:
        jobs.submit("echo", {}, owner=owner.user, options=JobOptions(debounce=MINUTE, **option))
    [fault] = refused.value.faults
    assert (fault.pointer, fault.code) == ("/debounce", "too_many")


def test_a_batch_refuses_debounced_jobs(owner: Person) -> None:
    requests = [
        JobRequest(type="echo", input={}),
        JobRequest(type="echo", input={}, options=JobOptions(debounce=MINUTE)),
    ]
    with pytest.raises(InvalidSubmission) as refused:
        submit_batch(requests, owner=owner.user, organization=owner.organization)
    assert [fault.pointer for fault in refused.value.faults] == ["/jobs/1/debounce"]


def test_the_search_for_a_key_reads_the_index_of_keys(owner: Person) -> None:
    submit(owner, "a")
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        submit(owner, "b")
        [search] = [query["sql"] for query in queries if "debounce_key = " in query["sql"]]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE jobs_job")
        cursor.execute("EXPLAIN " + search.rsplit(";", maxsplit=1)[1])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "job_debounced" in plan, plan


@pytest.mark.django_db(transaction=True)
def test_parallel_submissions_store_one_job(owner: Person) -> None:
    def work(number: int) -> Job:
        try:
            return submit(owner, str(number))
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        submitted = list(pool.map(work, range(100)))
    job = Job.objects.get()
    assert {each.pk for each in submitted} == {job.pk}
    assert sum(not each.is_found for each in submitted) == 1
    assert job.log_number == job.events.count() == 100


def test_its_owner_learns_what_it_waits_for(owner: Person) -> None:
    job = submit(owner, "a")
    waiting_for = owner.client.get(f"/api/v1/jobs/{job.pk}").json()["waiting_for"]
    assert waiting_for["reason"] == "run_at"
    assert "debounce key" in waiting_for["message"]
