"""Recurring jobs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs.errors import InvalidSubmission, UnknownJobType
from jobs.models import Job
from jobs.models.schedules import Schedule, ScheduleRun
from jobs.models.tenants import Organization
from jobs.submission import cron, schedules
from tests.people import Person, make_person


def create(person: Person, **changes: Any) -> Schedule:
    far = timezone.now() + timedelta(hours=12)  # no test is at work at that time of day
    expression = f"0 {far.hour} * * *"
    declared: dict[str, Any] = {"cron": expression, "type": "echo", "input": {"text": "daily"}}
    mine: dict[str, Any] = {"owner": person.user, "organization": person.organization}
    return schedules.create(**{"name": "daily", **mine, **declared, **changes})


def make_due(schedule: Schedule, ago: timedelta = timedelta(minutes=1)) -> None:
    schedule.next_at = timezone.now() - ago
    schedule.save()


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        ("0 6 * * *", "UTC", "2026-01-01T06:00", "2026-01-02T06:00+00:00"),
        ("0 6 * * *", "Europe/Oslo", "2026-01-01T00:00", "2026-01-01T06:00+01:00"),
        ("0 6 * * MON", "UTC", "2026-11-22T00:00", "2026-11-23T06:00+00:00"),
        ("@daily", "Europe/Oslo", "2026-01-01T00:00", "2026-01-02T00:00+01:00"),
        ("@hourly", "UTC", "2026-01-01T00:30", "2026-01-01T01:00+00:00"),
        ("@Monthly ", "UTC", "2026-01-01T00:30", "2026-02-01T00:00+00:00"),
        # clocks go forward at 02:00 and back at 03:00
        ("30 2 * * *", "Europe/Oslo", "2026-03-29T00:00", "2026-03-29T03:00+02:00"),
        ("30 2 * * *", "Europe/Oslo", "2026-10-25T00:00", "2026-10-25T02:30+02:00"),
        ("30 2 * * *", "Europe/Oslo", "2026-10-25T00:45", "2026-10-26T02:30+01:00"),
    ],
)
def test_the_next_time_follows_the_time_zone_of_the_schedule(
    expression: str, zone: str, after: str, expected: str
) -> None:
    begin = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert cron.next_after(expression, zone, begin) == datetime.fromisoformat(expected)


def test_a_due_schedule_submits_its_job(owner: Person) -> None:
    schedule = create(owner, options={"priority": 2, "labels": {"from": "schedule"}})
    assert schedules.fire_due() == 0
    make_due(schedule)
    assert schedules.fire_due() == 1
    job = Job.objects.get()
    assert (job.input, job.priority, job.labels) == ({"text": "daily"}, 2, {"from": "schedule"})
    schedule.refresh_from_db()
    assert schedule.next_at > timezone.now()
    assert schedule.runs.get().job == job


def test_a_schedule_that_was_missed_for_days_fires_once(owner: Person) -> None:
    make_due(create(owner), ago=timedelta(days=5))
    assert schedules.fire_due() == 1
    assert schedules.fire_due() == 0


def test_a_paused_schedule_does_not_fire(owner: Person) -> None:
    schedule = create(owner)
    schedule.paused = True
    make_due(schedule)
    assert schedules.fire_due() == 0


def test_a_refused_firing_is_recorded_and_the_schedule_continues(owner: Person) -> None:
    schedule = create(owner, type="limited")
    for _ in range(4):
        make_due(schedule)
        assert schedules.fire_due() == 1
    refusals = [run.refusal for run in schedule.runs.all() if run.refusal]
    assert len(refusals) == 1
    assert refusals[0].startswith("limit_reached")


def test_a_schedule_with_an_unknown_time_zone_is_paused_alone(owner: Person) -> None:
    stranded, sound = create(owner, name="stranded"), create(owner, name="sound")
    stranded.time_zone = "Atlantis"
    make_due(stranded, ago=timedelta(minutes=2))
    make_due(sound)
    assert len(schedules.next_runs(stranded, 5)) == 1
    assert schedules.fire_due() == 2
    stranded.refresh_from_db()
    assert (stranded.paused, stranded.runs.get().job) == (True, None)
    assert stranded.runs.get().refusal.startswith("paused: ")
    assert sound.runs.get().job == Job.objects.get()
    changed = schedules.change(stranded, {"time_zone": "Europe/Oslo", "paused": False})
    assert changed.next_at > timezone.now()


def test_an_old_schedule_with_seconds_continues(owner: Person) -> None:
    schedule = create(owner)
    schedule.cron = "0 0 1 1 * 30"
    make_due(schedule)
    assert schedules.fire_due() == 1
    assert schedules.change(schedule, {"paused": True}).paused
    with pytest.raises(InvalidSubmission):
        schedules.change(schedule, {"cron": "0 0 1 1 * 15"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"cron": "61 * * * *"},
        {"cron": "@reboot"},
        {"cron": "0 0 1 1 * 30"},
        {"cron": "0 0 31 2 *"},
        {"time_zone": "Atlantis"},
        {"time_zone": "../etc"},
        {"input": {"text": 1}},
        {"options": {"run_at": "now"}},
    ],
)
def test_an_invalid_schedule_is_refused(owner: Person, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidSubmission):
        create(owner, **wrong)
    assert Schedule.objects.count() == 0


def test_an_unknown_type_is_refused(owner: Person) -> None:
    with pytest.raises(UnknownJobType):
        create(owner, type="nope")


@pytest.mark.django_db(transaction=True)
def test_parallel_beats_fire_a_schedule_once() -> None:
    person = make_person("olga", Organization.objects.create(name="Acme", slug="acme"))
    for number in range(5):
        schedule = create(person)
        schedule.name = f"schedule {number}"
        make_due(schedule)

    def beat(_: int) -> int:
        try:
            return schedules.fire_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(beat, range(8))) == 5
    assert ScheduleRun.objects.count() == Job.objects.count() == 5
