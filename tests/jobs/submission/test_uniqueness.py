"""A unique submission stores a job only if none of its organization and type has its key."""

from datetime import timedelta

import pytest

import jobs
from jobs import Unique
from jobs.errors import LimitReached
from jobs.models import Job
from jobs.models.states import State
from jobs.submission.submit import JobOptions
from tests.jobs.submission.unique_jobs import BY_INPUT, DAY, end, submit
from tests.people import Person


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
