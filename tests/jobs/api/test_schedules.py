"""Recurring jobs over REST."""

from typing import Any

import pytest

from jobs.models import Schedule
from tests.people import Person

GOOD: dict[str, Any] = {
    "name": "Monday report",
    "cron": "0 6 * * 1",
    "time_zone": "Europe/Oslo",
    "type": "echo",
    "input": {"text": "x"},
    "labels": {"team": "red"},
}
URL = "/api/v1/schedules"


def make(person: Person, **more: Any) -> dict[str, Any]:
    response = person.client.post(URL, {**GOOD, **more}, "json")
    assert response.status_code == 201, response.json()
    assert response.headers["Location"] == response.json()["links"]["self"]
    made: dict[str, Any] = response.json()
    return made


def test_a_schedule_lists_its_next_runs(owner: Person, stranger: Person) -> None:
    made = make(owner)
    assert (len(made["next_runs"]), made["labels"]) == (5, {"team": "red"})
    assert made["next_runs"] == sorted(set(made["next_runs"]))
    here = made["links"]["self"]
    assert owner.client.get(here).json() == made
    assert owner.client.get(URL).json()["results"] == [made]
    for method in ("get", "patch", "delete"):
        assert getattr(stranger.client, method)(here).status_code == 404
    assert stranger.client.get(URL).json()["results"] == []


def test_a_patch_keeps_the_other_fields(owner: Person) -> None:
    made = make(owner, priority=3)
    here = made["links"]["self"]
    changed = owner.client.patch(here, {"cron": "30 7 * * *", "subject": "bridge"}, "json").json()
    assert (changed["cron"], changed["subject"]) == ("30 7 * * *", "bridge")
    assert (changed["priority"], changed["labels"]) == (3, {"team": "red"})
    assert changed["next_runs"] != made["next_runs"]
    paused = owner.client.patch(here, {"paused": True, "priority": None}, "json").json()
    assert (paused["paused"], paused["next_runs"], paused["priority"]) == (True, [], None)
    assert owner.client.delete(here).status_code == 204
    assert Schedule.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"cron": "sometimes"}, "/cron"),
        ({"cron": "0 0 30 2 *"}, "/cron"),
        ({"cron": "* * * * * *"}, "/cron"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "America"}, "/time_zone"),
        ({"type": "nope"}, "/type"),
        ({"input": {"text": 1}}, "/input/text"),
        ({"name": "taken"}, "/name"),
        ({"name": ""}, "/name"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_an_invalid_schedule_is_refused(
    owner: Person, change: dict[str, Any], pointer: str
) -> None:
    make(owner, name="taken")
    here = make(owner)["links"]["self"]
    before = owner.client.get(here).json()
    for response in (
        owner.client.post(URL, {**GOOD, "name": "new", **change}, "json"),
        owner.client.patch(here, change, "json"),
    ):
        assert response.status_code == 422
        assert pointer in [fault["pointer"] for fault in response.json()["errors"]]
    assert Schedule.objects.count() == 2
    assert owner.client.get(here).json() == before
