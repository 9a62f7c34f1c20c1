"""A schedule with `unique` or `debounce`: what its runs submit."""

from typing import Any

import pytest

from jobs.errors import InvalidSubmission
from jobs.models import Job, Schedule
from jobs.models.states import State
from jobs.submission import schedules
from tests.jobs.api.test_schedules import GOOD, URL
from tests.people import Person

pytestmark = pytest.mark.django_db


def create(person: Person, **options: Any) -> Schedule:
    return schedules.create(
        "s",
        cron="0 6 * * 1",
        type="echo",
        input={},
        owner=person.user,
        organization=person.organization,
        options=options,
    )


def test_a_run_returns_the_job_of_the_previous_run_until_that_has_ended(owner: Person) -> None:
    schedule = create(owner, unique={})
    first, second = schedules.run_now(schedule), schedules.run_now(schedule)
    assert (first.pk, second.is_found) == (second.pk, True)
    Job.objects.update(state=State.COMPLETED)
    assert schedules.run_now(schedule).pk != first.pk
    jobs = schedule.runs.order_by("at").values_list("job", flat=True)
    assert list(jobs)[:2] == [first.pk, first.pk]


def test_a_run_finds_a_completed_job_within_the_period(owner: Person) -> None:
    schedule = create(owner, unique={"key": "k", "period": 3600})
    first = schedules.run_now(schedule)
    Job.objects.update(state=State.COMPLETED)
    assert schedules.run_now(schedule).pk == first.pk


def test_the_job_of_a_debounced_run_waits(owner: Person) -> None:
    schedule = create(owner, debounce={"key": "k", "seconds": 60})
    first, second = schedules.run_now(schedule), schedules.run_now(schedule)
    assert (first.pk, first.state) == (second.pk, State.SCHEDULED)


def test_a_schedule_cannot_have_both(owner: Person) -> None:
    with pytest.raises(InvalidSubmission, match="excludes"):
        create(owner, unique={}, debounce={"key": "k", "seconds": 60})


def test_both_are_set_and_removed_over_rest(owner: Person) -> None:
    unique = {"key": "k", "period": 60, "states": ["pending"]}
    response = owner.client.post(URL, {**GOOD, "unique": unique}, "json")
    assert (response.status_code, response.json()["unique"]) == (201, unique)
    schedule = Schedule.objects.get()
    assert schedules.run_now(schedule).unique_key == "k"
    here = response.json()["links"]["self"]
    debounce = {"key": "k", "seconds": 60}
    refused = owner.client.patch(here, {"debounce": debounce}, "json")
    assert refused.status_code == 422
    changed = owner.client.patch(here, {"unique": None, "debounce": debounce}, "json").json()
    assert (changed["unique"], changed["debounce"]) == (None, debounce)


@pytest.mark.parametrize("unique", [{"key": ""}, {"period": 0}, {"states": ["gone"]}, {"x": 1}])
def test_a_unique_that_is_not_valid_is_refused(owner: Person, unique: Any) -> None:
    response = owner.client.post(URL, {**GOOD, "unique": unique}, "json")
    assert (response.status_code, Schedule.objects.count()) == (422, 0)
