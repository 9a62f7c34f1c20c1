"""A new job is stored in every column exactly as it was built."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.submission import submit
from jobs.submission.debounce import Debounce
from jobs.submission.submit import JobOptions, JobRequest, build_job, submit_job
from jobs.submission.uniqueness import Unique
from tests.people import Person

TEXT = "'\"\\ %s {0} $1 \u2028 \U0001f600 \t"
VALUES: dict[str, Any] = {
    "numbers": [1e308, 5e-324, 0.1, 2**70, -(2**63), 1e22],
    "texts": [TEXT, "NaN", "null", "2026-01-01", "1 day"],
    "id": None,
    "state": {"input": [True, False, {}, []]},
    TEXT: "key",
}


def nested(levels: int) -> Any:
    """Give a list within lists."""
    return [nested(levels - 1)] if levels else []


def submitted(person: Person, **options: Any) -> Job:
    return submit_job(
        "echo",
        {"text": TEXT},
        owner=person.user,
        organization=person.organization,
        options=JobOptions(**options),
    )


def assert_stored(job: Job) -> None:
    """Compare every column with the object that it was stored from."""
    stored = Job.objects.get(pk=job.pk)
    for field in Job._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(job, field.attname), field.attname


def test_texts_times_and_intervals_are_stored_exactly(owner: Person) -> None:
    assert_stored(submitted(owner))
    assert_stored(
        submitted(
            owner,
            subject=TEXT,
            labels={"a": TEXT, "id": "", "input": "1e5"},
            run_at=datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
            retention=timedelta(days=400, hours=25, microseconds=1),
            unique=Unique(key=TEXT),
        )
    )
    assert_stored(submitted(owner, debounce=Debounce(key=TEXT, seconds=9)))


def test_a_bulk_insert_stores_the_same_input_as_a_single_one(owner: Person) -> None:
    """As text: Python's numbers would hide what became of the digits."""
    job = build_job(JobRequest(type="echo", input={"text": "x"}), owner.user, owner.organization)
    job.input = {**VALUES, "nested": nested(150)}
    verbs.submit([job])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT input::text, %s::jsonb::text FROM jobs_job WHERE id = %s",
            [json.dumps(job.input), job.pk],
        )
        stored, alone = cursor.fetchone()
    assert stored == alone


@pytest.mark.django_db(transaction=True)
def test_a_job_is_stored_with_its_dependencies_or_not_at_all(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = submitted(owner)

    def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(submit, "_store_dependencies", fail)
    with pytest.raises(ConnectionError):
        submitted(owner, depends_on=(first.pk,))
    assert Job.objects.get() == first
