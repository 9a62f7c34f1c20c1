"""Unique and debounced submissions over REST."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs.models import Job
from tests.people import Person

JOB = {"type": "echo", "input": {"text": "x"}}
UNIQUE = {**JOB, "unique": {}}
SOON = (timezone.now() + timedelta(hours=1)).isoformat()


def post(person: Person, body: Any, path: str = "", **headers: str) -> Any:
    return person.client.post(f"/api/v1/jobs{path}", body, "json", headers=headers)


def test_a_new_job_is_202_and_an_existing_one_200(
    owner: Person, teammate: Person, stranger: Person
) -> None:
    first = post(owner, UNIQUE)
    assert (first.status_code, first.json()["found"]) == (202, False)
    for person in (owner, teammate):
        again = post(person, UNIQUE)
        assert (again.status_code, again.json()["found"]) == (200, True)
        assert again.json()["id"] == first.json()["id"]
        assert again.headers["Location"] == first.headers["Location"]
    other = post(stranger, UNIQUE)
    assert (other.status_code, other.json()["found"]) == (202, False)
    assert post(owner, JOB).json()["found"] is False


def test_key_period_and_states_are_options(owner: Person) -> None:
    options = {"key": "site-7", "period": 3600, "states": ["completed"]}
    first = post(owner, {**JOB, "unique": options}).json()["id"]
    Job.objects.filter(pk=first).update(state="completed")
    again = post(owner, {"type": "echo", "input": {"text": "y"}, "unique": options})
    assert (again.status_code, again.json()["id"]) == (200, first)


def test_an_idempotency_key_replays_what_was_found(owner: Person) -> None:
    post(owner, UNIQUE)
    found = post(owner, UNIQUE, **{"Idempotency-Key": "k"})
    replayed = post(owner, UNIQUE, **{"Idempotency-Key": "k"})
    assert (found.status_code, replayed.status_code) == (200, 200)
    assert replayed.json() == found.json()
    assert replayed.headers["Idempotency-Replayed"] == "true"


def test_a_batch_lists_what_existed(owner: Person) -> None:
    existing = post(owner, UNIQUE).json()["id"]
    batch = post(owner, {"jobs": [JOB, UNIQUE, {**UNIQUE, "unique": {"key": "k"}}]}, "/batch")
    assert batch.status_code == 202
    assert batch.json()["found"] == [{"position": 1, "job": existing}]
    assert (batch.json()["total"], batch.json()["progress"]) == (2, 0)
    empty = post(owner, {"jobs": [UNIQUE]}, "/batch").json()
    assert (empty["total"], empty["progress"], empty["states"]) == (0, 100, {})


def test_a_debounced_job_gets_the_last_input(owner: Person, stranger: Person) -> None:
    debounced = {**JOB, "debounce": {"key": "k", "seconds": 60, "max_seconds": 600}}
    first = post(owner, debounced)
    assert (first.status_code, first.json()["state"]) == (202, "scheduled")
    again = post(owner, {**debounced, "input": {"text": "y"}})
    assert (again.status_code, again.json()["found"]) == (200, True)
    assert (again.json()["id"], again.json()["input"]) == (first.json()["id"], {"text": "y"})
    assert again.json()["run_at"] > first.json()["run_at"]
    events = owner.client.get(f"{first.headers['Location']}/events").json()
    assert [event["kind"] for event in events] == ["submitted", "debounced"]
    assert post(stranger, debounced).status_code == 202


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"unique": {"key": ""}}, "/unique/key"),
        ({"unique": {"key": "x" * 201}}, "/unique/key"),
        ({"unique": {"period": 0}}, "/unique/period"),
        ({"unique": {"states": []}}, "/unique/states"),
        ({"unique": {"states": ["done"]}}, "/unique/states/0"),
        ({"unique": {"scope": "user"}}, "/unique/scope"),
        ({"unique": True}, "/unique"),
        ({"debounce": {"key": "k"}}, "/debounce/seconds"),
        ({"debounce": {"key": "k", "seconds": 9, "max_seconds": 8}}, "/debounce"),
        ({"debounce": {"key": "k", "seconds": 9}, "unique": {}}, "/debounce"),
        ({"debounce": {"key": "k", "seconds": 9}, "run_at": SOON}, "/debounce"),
    ],
)
def test_options_that_are_not_valid_are_refused(owner: Person, options: Any, pointer: str) -> None:
    response = post(owner, {**JOB, **options})
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("option", [{"unique": {}}, {"debounce": {"key": "k", "seconds": 60}}])
def test_parallel_requests_store_one_job(owner: Person, option: Any) -> None:
    def work(_: int) -> int:
        try:
            return int(post(owner, {**JOB, **option}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(work, range(40)))
    assert sorted(statuses) == [200] * 39 + [202]
    assert Job.objects.count() == 1
