"""Runs of a schedule that were missed, and runs that somebody asks for now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.errors import LimitReached
from jobs.models import Job, Schedule
from jobs.models.schedules import MissedRuns
from jobs.submission import schedules
from tests.people import Person

HOURS = 3


def make_schedule(person: Person, **changes: object) -> Schedule:
    made = schedules.create(
        "hourly",
        **{"cron": "@hourly", "type": "echo", "input": {}, **changes},  # type: ignore[arg-type]
        owner=person.user,
        organization=person.organization,
    )
    made.next_at -= timedelta(hours=HOURS)
    made.save()
    return made


@pytest.mark.parametrize(
    ("policy", "jobs", "refusals"),
    [(MissedRuns.SKIP, 0, 1), (MissedRuns.ONCE, 1, 0), (MissedRuns.ALL, HOURS, 0)],
)
def test_missed_runs_follow_the_policy(
    owner: Person, policy: MissedRuns, jobs: int, refusals: int
) -> None:
    made = make_schedule(owner, missed_runs=policy)
    schedules.fire_due()
    assert schedules.fire_due() == 0
    assert Job.objects.count() == jobs
    assert made.runs.filter(refusal__startswith="missed: ").count() == refusals
    made.refresh_from_db()
    assert timezone.now() < made.next_at <= timezone.now() + timedelta(hours=1)


def test_a_run_that_is_seconds_late_was_not_missed(owner: Person) -> None:
    made = make_schedule(owner, missed_runs=MissedRuns.SKIP)
    made.next_at = timezone.now() - timedelta(seconds=20)
    made.save()
    assert schedules.fire_due() == 1
    assert Job.objects.count() == 1


def test_a_schedule_can_run_now(owner: Person) -> None:
    made = make_schedule(owner, paused=True, type="limited", options={"priority": 7})
    next_at = made.next_at
    jobs = [schedules.run_now(made) for _ in range(3)]
    assert [run.job for run in made.runs.all()] == jobs[::-1]
    assert {job.priority for job in jobs} == {7}
    with pytest.raises(LimitReached):
        schedules.run_now(made)
    made.refresh_from_db()
    assert (made.next_at, made.runs.count()) == (next_at, 3)


def test_run_now_and_the_history_over_rest(owner: Person, stranger: Person) -> None:
    made = make_schedule(owner, type="limited")
    url = f"/api/v1/schedules/{made.pk}"
    assert stranger.client.post(f"{url}/run").status_code == 404
    for _ in range(3):
        assert owner.client.post(f"{url}/run").status_code == 202
    assert owner.client.post(f"{url}/run").status_code == 429
    schedules.fire_due()
    shown = owner.client.get(url).json()
    assert shown["missed_runs"] == "once"
    dropped, *ran = sorted(shown["last_runs"], key=lambda run: run["job"] or "")
    assert dropped["refusal"].startswith("limit_reached: ")
    assert {run["job"] for run in ran} == {str(job.pk) for job in Job.objects.all()}
    assert owner.client.get("/api/v1/schedules").json()["results"] == [shown]
