"""A unique submission stores a job only if none of its organization and type has its key."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import jobs
from jobs import Unique
from jobs.dispatch import after_end
from jobs.errors import LimitReached
from jobs.models import Batch, Job
from jobs.models.states import State
from jobs.submission import uniqueness
from jobs.submission.submit import JobOptions, JobRequest, submit_batch, submit_job
from tests.people import Person

BY_INPUT = Unique()
DAY = timedelta(days=1)


def submit(
    person: Person, unique: Unique | None = BY_INPUT, type: str = "echo", **input: Any
) -> Job:
    options = JobOptions(unique=unique)
    return jobs.submit(type, input or {"text": "x"}, owner=person.user, options=options)


def submit_all(person: Person, *uniques: Unique | None, **input: Any) -> Batch:
    requests = [
        JobRequest(type="echo", input=input or {"text": "x"}, options=JobOptions(unique=unique))
        for unique in uniques
    ]
    return submit_batch(requests, owner=person.user, organization=person.organization)


def end(job: Job, state: State) -> None:
    Job.objects.filter(pk=job.pk).update(state=state)


def test_the_same_input_returns_the_existing_job(owner: Person, teammate: Person) -> None:
    first = submit(owner)
    for person in (owner, teammate):
        found = submit(person)
        assert (found, found.is_found, found.input) == (first, True, {"text": "x"})
    assert not first.is_found
    assert Job.objects.count() == 1


def test_the_input_is_compared_as_it_is_stored(owner: Person) -> None:
    first = submit(owner, type="failing", times=1, error="transient")
    again = jobs.submit(
        "failing",
        {"error": "transient", "times": 1},
        owner=owner.user,
        options=JobOptions(unique=BY_INPUT),
    )
    assert again == first


def test_another_input_type_or_organization_is_another_job(owner: Person, stranger: Person) -> None:
    submit(owner)
    assert not submit(owner, text="y").is_found
    assert not submit(owner, type="limited").is_found
    assert not submit(stranger).is_found


def test_a_key_takes_the_place_of_the_input(owner: Person) -> None:
    first = submit(owner, Unique(key="site-7"), text="x")
    found = submit(owner, Unique(key="site-7"), text="y")
    assert (found, found.input) == (first, {"text": "x"})
    assert not submit(owner, Unique(key="site-8"), text="x").is_found


def test_a_job_that_was_submitted_without_unique_does_not_match(owner: Person) -> None:
    submit(owner, None)
    assert not submit(owner).is_found


@pytest.mark.parametrize(
    ("unique", "matching"),
    [
        (Unique(), {"waiting", "scheduled", "pending", "running"}),
        (Unique(period=DAY), {"waiting", "scheduled", "pending", "running", "completed"}),
        (Unique(states=["failed", State.CANCELLED]), {"failed", "cancelled"}),
        (Unique(states=["completed"], period=DAY), {"completed"}),
    ],
)
@pytest.mark.parametrize("state", State)
def test_only_jobs_in_the_given_states_match(
    owner: Person, unique: Unique, matching: set[str], state: State
) -> None:
    end(submit(owner, unique), state)
    assert submit(owner, unique).is_found == (state in matching)


def test_a_job_that_was_submitted_before_the_period_does_not_match(owner: Person) -> None:
    first = submit(owner, Unique(period=DAY))
    for hours, is_found in ((23, True), (25, False)):
        created_at = first.created_at - timedelta(hours=hours)
        Job.objects.filter(pk=first.pk).update(created_at=created_at)
        assert submit(owner, Unique(period=DAY)).is_found == is_found


def test_the_newest_of_several_matching_jobs_is_returned(owner: Person) -> None:
    end(submit(owner), State.COMPLETED)
    newest = submit(owner)
    assert submit(owner, Unique(period=DAY)) == newest


def test_a_found_job_takes_no_place_of_a_limit(owner: Person) -> None:
    for text in "abc":
        submit(owner, type="limited", text=text)
    assert submit(owner, type="limited", text="a").is_found
    with pytest.raises(LimitReached):
        submit(owner, type="limited", text="d")
    assert Job.objects.count() == 3


def test_a_batch_stores_only_what_does_not_exist(owner: Person) -> None:
    first = submit(owner, Unique(key="a"))
    batch = submit_all(owner, *(Unique(key=key) for key in "abcb"), None, None)
    stored = dict(batch.jobs.values_list("unique_key", "pk"))
    assert (batch.total, batch.jobs.count()) == (4, 4)
    assert batch.found == {0: first.pk, 3: stored["b"]}


def test_an_earlier_job_of_a_batch_matches_only_in_its_state(owner: Person) -> None:
    completed = Unique(key="a", states=["completed"])
    assert submit_all(owner, completed, completed, Unique(key="a")).found.keys() == {2}


def test_a_batch_of_existing_jobs_ends_at_once(owner: Person) -> None:
    submit(owner)
    batch = submit_all(owner, BY_INPUT, BY_INPUT)
    assert (batch.total, len(batch.found)) == (0, 2)
    after_end.sweep()
    batch.refresh_from_db()
    assert batch.finished_at is not None


def test_a_submission_without_unique_runs_no_further_statement(owner: Person) -> None:
    request = JobRequest(type="echo", input={"text": "x"})
    mine = {"owner": owner.user, "organization": owner.organization}
    with CaptureQueriesContext(connection) as queries:
        submit_job("echo", {"text": "x"}, **mine)  # type: ignore[arg-type]
        submit_batch([request] * 3, **mine)  # type: ignore[arg-type]
    statements = [query["sql"].split()[0] for query in queries]
    assert statements[1:3] == ["SAVEPOINT", "INSERT"]  # of the batch
    assert len(statements) == 5


@pytest.mark.parametrize("period", [None, DAY])
def test_the_search_for_a_key_reads_the_index_of_keys(
    owner: Person, period: timedelta | None
) -> None:
    submit_all(owner, *(Unique(key=str(number)) for number in range(300)))
    submit_all(owner, *[None] * 300)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        cursor.execute("ANALYZE jobs_job")
        submit(owner, Unique(key="unknown", period=period))
        [search] = [query["sql"] for query in queries if "json_to_recordset" in query["sql"]]
        cursor.execute("EXPLAIN " + search.rsplit(";", maxsplit=1)[1])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "job_unique" in plan, plan


def in_parallel(work: Callable[[int], Any], times: int) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_parallel_submissions_store_one_job(owner: Person) -> None:
    found = in_parallel(lambda _: submit(owner), 100)
    assert Job.objects.count() == 1
    assert len({job.pk for job in found}) == 1
    assert sum(not job.is_found for job in found) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("max_key_locks", [50, 2])
def test_parallel_batches_and_submissions_store_each_key_once(
    owner: Person, max_key_locks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uniqueness, "MAX_KEY_LOCKS", max_key_locks)
    keys = [Unique(key=str(number)) for number in range(5)]

    def work(number: int) -> None:
        if number % 2:
            submit(owner, keys[number % 5])
        else:
            submit_all(owner, *(keys if number % 4 else reversed(keys)))

    in_parallel(work, 40)
    stored = Job.objects.order_by("unique_key").values_list("unique_key", flat=True)
    assert list(stored) == list("01234")
