"""Failed jobs are found in groups, and are retried or dismissed as one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now

from jobs.errors import InvalidInput
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import failure_of
from jobs.models import Job
from jobs.monitoring.dead_letters import group_failures
from tests.jobs.conftest import LEASE
from tests.people import Person


def fail(job: Job, message: str) -> Job:
    """Run a job that fails with a message."""
    claimed = verbs.claim(job.pk, job.attempt + 1, worker="w", lease=LEASE)
    assert claimed is not None
    failed = verbs.fail(claimed, failure_of(InvalidInput(message), retryable=False))
    assert failed is not None
    return failed


@pytest.mark.parametrize(
    ("first", "second", "grouped"),
    [
        ("Page 3 of 12 is empty.", "Page 7 of 900 is empty.", "Page <n> of <n> is empty."),
        ("It took 1.5 s.", "It took 12,000.25 s.", "It took <n> s."),
        (
            "There is no document 01a22de8-d834-79e1-a556-a358528a0b60.",
            "There is no document 11111111-d834-79E1-a556-ABCDEF8a0b60.",
            "There is no document <id>.",
        ),
        ("Bad address 0x7f3a.", "Bad address 0xFFFF0001.", "Bad address <id>."),
        ("Commit 9fceb02d0ae598e9.", "Commit 00ceb02d0ae598e95dc9.", "Commit <id>."),
        ("The defaced facade faded.", "The defaced facade faded.", "The defaced facade faded."),
        ("", "", ""),
    ],
)
def test_what_differs_between_messages_is_taken_out(
    owner: Person, make_job: Callable[..., Job], first: str, second: str, grouped: str
) -> None:
    fail(make_job(), first)
    latest = fail(make_job(), second)
    [group] = group_failures(owner.organization)
    assert (group.message, group.count, group.latest_job) == (grouped, 2, latest.pk)
    assert (group.type, group.code) == ("echo", "invalid_input")
    assert group.first_at < group.last_at


def test_other_words_and_codes_are_other_groups(
    owner: Person, make_job: Callable[..., Job]
) -> None:
    for message in ("No page.", "No text.", "No text."):
        fail(make_job(), message)
    groups = {group.message: group.count for group in group_failures(owner.organization)}
    assert groups == {"No text.": 2, "No page.": 1}


def test_completed_and_cancelled_jobs_are_in_no_group(
    owner: Person, make_job: Callable[..., Job]
) -> None:
    verbs.cancel(make_job().pk)
    make_job()
    assert group_failures(owner.organization) == []


def listed(person: Person) -> list[dict[str, Any]]:
    response = person.client.get("/api/v1/failures")
    assert response.status_code == 200
    groups: list[dict[str, Any]] = response.json()
    return groups


def test_a_group_is_retried_as_one(owner: Person, make_job: Callable[..., Job]) -> None:
    jobs = [fail(make_job(), f"Page {number} is empty.") for number in range(3)]
    other = fail(make_job(), "No text.")
    [group] = [one for one in listed(owner) if one["count"] == 3]
    response = owner.client.post(f"/api/v1/failures/{group['id']}/retry")
    assert (response.status_code, response.json()) == (200, {"retried": 3, "left": 0})
    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {"pending"}
    assert Job.objects.get(pk=other.pk).state == "failed"
    assert [one["message"] for one in listed(owner)] == ["No text."]


def test_a_dismissed_group_is_listed_again_when_another_job_fails(
    owner: Person, make_job: Callable[..., Job]
) -> None:
    fail(make_job(), "Page 1 is empty.")
    [group] = listed(owner)
    path = f"/api/v1/failures/{group['id']}"
    assert owner.client.post(f"{path}/dismiss").json() == {"dismissed": True}
    assert listed(owner) == []
    fail(make_job(), "Page 2 is empty.")
    [group] = listed(owner)
    assert group["count"] == 1
    assert owner.client.post(f"{path}/retry").json()["retried"] == 2  # both are still failed


def test_a_stranger_sees_and_changes_nothing(
    owner: Person, stranger: Person, make_job: Callable[..., Job]
) -> None:
    job = fail(make_job(), "Page 1 is empty.")
    [group] = listed(owner)
    assert listed(stranger) == []
    for verb in ("retry", "dismiss"):
        assert stranger.client.post(f"/api/v1/failures/{group['id']}/{verb}").status_code == 404
    assert len(listed(owner)) == 1
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_a_failure_without_an_error_is_a_group_too(
    owner: Person, make_job: Callable[..., Job]
) -> None:
    job = make_job()
    Job.objects.filter(pk=job.pk).update(state="failed", error=None, finished_at=Now())
    [group] = group_failures(owner.organization)
    assert (group.code, group.message) == ("", "")
