"""Analytics: usage, success and cost by day and group."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import testing
from jobs.attempt import fenced_writes
from jobs.models import Job
from tests.people import Person


def run(person: Person, type: str = "echo", **terms: object) -> Job:
    body = {"type": type, "input": {"error": "invalid_input"} if type == "failing" else {}, **terms}
    response = person.client.post("/api/v1/jobs", body, "json")
    return testing.run(Job.objects.get(pk=response.json()["id"]))


def pay(job: Job, model: str, cost: float) -> None:
    fenced_writes.add_usage(
        job, model=model, prompt_tokens=100, completion_tokens=10, cost_usd=cost
    )


def groups(person: Person, by: str, query: str = "") -> dict[str, dict[str, object]]:
    response = person.client.get(f"/api/v1/analytics/by/{by}{query}")
    assert response.status_code == 200, response.json()
    return {row["name"]: row for row in response.json()}


def test_jobs_and_users_are_counted_by_day(owner: Person, teammate: Person) -> None:
    begin = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [begin - timedelta(microseconds=1), begin, begin + timedelta(microseconds=1)]
    for person, moment in zip((owner, owner, teammate), moments, strict=True):
        Job.objects.filter(pk=run(person).pk).update(created_at=moment)
    days = owner.client.get("/api/v1/analytics/days").json()
    assert [(day["jobs"], day["users"]) for day in days] == [(1, 1), (2, 2)]


def test_success_and_durations_are_grouped_by_type(owner: Person) -> None:
    for name in ("echo", "echo", "failing"):
        run(owner, name)
    found = groups(owner, "type")
    assert (found["echo"]["jobs"], found["echo"]["success_rate"]) == (2, 1.0)
    assert found["echo"]["p50_seconds"] is not None
    assert (found["failing"]["success_rate"], found["failing"]["p50_seconds"]) == (0.0, None)


def test_tokens_and_cost_are_summed_by_model_user_and_label(
    owner: Person, teammate: Person
) -> None:
    pay(run(owner, labels={"team": "red"}), "large", 0.5)
    pay(run(owner, labels={"team": "blue"}), "large", 0.25)
    pay(run(teammate), "small", 0.01)
    assert {n: g["cost_usd"] for n, g in groups(owner, "model").items()} == {
        "large": 0.75,
        "small": 0.01,
    }
    assert groups(owner, "user")["olga"]["prompt_tokens"] == 200
    by_team = groups(owner, "label.team")
    assert (by_team["red"]["cost_usd"], by_team[""]["jobs"]) == (0.5, 1)
    assert groups(owner, "model", "?label.team=red")["large"]["cost_usd"] == 0.5


def test_a_stranger_sees_no_figures(owner: Person, stranger: Person) -> None:
    run(owner)
    assert stranger.client.get("/api/v1/analytics/days").json() == []
    assert groups(stranger, "type") == {}


@pytest.mark.parametrize("by", ["state", "label.", "label.a b", "owner__password", "usage"])
def test_an_unknown_group_is_not_found(owner: Person, by: str) -> None:
    assert owner.client.get(f"/api/v1/analytics/by/{by}").status_code == 404
