"""Values that PostgreSQL cannot store are refused with a clear error, wherever they arrive."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import jobs
from jobs.errors import InvalidSubmission
from jobs.models import Job
from tests.people import Person

VALUES = {
    "nul": '"a\\u0000b"',
    "surrogate": '"a\\ud800b"',
    "nan": "NaN",
    "infinity": "-Infinity",
    "huge_number": "1e999",
    "huge_integer": "1" * 5000,
    "deep": "[" * 5000 + "]" * 5000,
}
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "input": ("jobs", {"type": "echo", "input": {"text": "?"}}),
    "input of any type": ("jobs", {"type": "misbehaving", "input": {"place": "x", "kind": "?"}}),
    "label": ("jobs", {"type": "echo", "input": {}, "labels": {"a": "?"}}),
    "subject": ("jobs", {"type": "echo", "input": {}, "subject": "?"}),
    "unique": ("jobs", {"type": "echo", "input": {}, "unique": {"key": "?"}}),
    "debounce": ("jobs", {"type": "echo", "input": {}, "debounce": {"key": "?", "wait": 1}}),
    "webhook_url": ("jobs", {"type": "echo", "input": {}, "webhook_url": "?"}),
    "priority": ("jobs", {"type": "echo", "input": {}, "priority": "?"}),
    "dependency": ("jobs", {"type": "echo", "input": {}, "depends_on": ["?"]}),
    "batch": ("jobs/batch", {"jobs": [{"type": "echo", "input": {"text": "?"}}]}),
    "schedule": ("schedules", {"name": "?", "cron": "* * * * *", "type": "echo", "input": {}}),
    "pause": ("pauses", {"scope": "queue", "name": "x", "reason": "?"}),
    "webhook": ("webhooks", {"url": "?", "events": ["job.completed"]}),
    "api key": ("api-keys", {"name": "?"}),
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", PLACES)
def test_a_body_with_it_is_refused(owner: Person, place: str, value: str) -> None:
    path, body = PLACES[place]
    text = json.dumps(body).replace('"?"', VALUES[value])
    response = owner.client.post(f"/api/v1/{path}", text.encode(), content_type="application/json")
    assert response.status_code in (400, 403, 422), (response.status_code, response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert Job.objects.count() == 0


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "%FF", "NaN", "1e999", "9" * 5000])
@pytest.mark.parametrize(
    "query",
    [
        "jobs?search=",
        "jobs?label.a=",
        "jobs?subject=",
        "jobs?state=",
        "jobs?cursor=",
        "jobs?limit=",
        "jobs?created_after=",
        "jobs?type=",
        "analytics?days=",
        "jobs/",
        "failures/",
        "batches/",
    ],
)
def test_a_path_or_query_with_it_is_no_server_error(owner: Person, query: str, value: str) -> None:
    response = owner.client.get(f"/api/v1/{query}{value}")
    assert response.status_code in (200, 400, 404, 405, 422), (query, response.content)


def circle() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["a"] = value
    return value


@pytest.mark.parametrize(
    "make",
    [
        lambda: {"text": "a\x00b"},
        lambda: {"a\x00b": 1},
        lambda: {"text": "a\ud800b"},
        lambda: {"text": float("nan")},
        lambda: {"text": object()},
        lambda: {"text": 10**5000},
        circle,
    ],
)
def test_code_that_submits_it_gets_a_refusal(
    owner: Person, make: Callable[[], dict[str, Any]]
) -> None:
    with pytest.raises(InvalidSubmission):
        jobs.submit("echo", make(), owner=owner.user)
    assert Job.objects.count() == 0
