"""Hostile submissions cause no server error, and a refused one stores nothing."""

import json
import logging
import random
from typing import Any

import pytest

from jobs.models import IdempotencyRecord, Job
from tests.long_runs import size
from tests.people import Person

SUBMISSIONS = size(1000, full=10_000)
SCALARS: list[Any] = [
    *(None, True, False, 0, -1, 1e308, 2**63, -(2**70), 0.1, "", " ", "x", "0", "null", "true"),
    *("\x00", "\ud800", "\u202e", "é" * 300, "x" * 5000, "../../etc/passwd", "{{7*7}}", "%s%n"),
    *("'; DROP TABLE jobs_job; --", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
    *("2026-02-30T00:00:00Z", "1969-07-20T20:17:40-23:59", "00000000-0000-0000-0000-000000000000"),
]
VALID = {"type": "echo", "input": {"text": "x"}}
TYPES = ["echo", "failing", "stepping", "generate_report", "classify_documents", "nope", "__init__"]
FIELDS = [
    *("type", "input", "priority", "run_at", "depends_on", "on_dependency_failure", "labels"),
    *("subject", "max_attempts", "retention", "webhook_url", "state", "id", "owner", "a/b~c"),
]
INPUTS = ["text", "error", "times", "ledger", "prompt", "bullet_points", "documents", "title"]


def anything(dice: random.Random, depth: int = 0) -> Any:
    """Make any JSON value."""
    kind = dice.random()
    if depth > 3 or kind < 0.6:
        return dice.choice(SCALARS)
    if kind < 0.8:
        return [anything(dice, depth + 1) for _ in range(dice.randrange(4))]
    names = [str(dice.choice([*FIELDS, *INPUTS, *SCALARS])) for _ in range(dice.randrange(4))]
    return {name: anything(dice, depth + 1) for name in names}


def submission(dice: random.Random) -> Any:
    """Make a body: now and then a good one, often a good one gone bad, sometimes anything."""
    if dice.random() < 0.1:
        return anything(dice)
    body: dict[str, Any] = {"type": dice.choice(TYPES), "input": {}}
    for name in dice.sample(INPUTS, dice.randrange(3)):
        body["input"][name] = anything(dice)
    for name in dice.sample(FIELDS, dice.choice([0, 0, 1, 2])):
        body[name] = anything(dice)
    return body


def raw(dice: random.Random, body: Any) -> bytes:
    """Encode it, and sometimes break the encoding."""
    encoded = json.dumps(body).encode()
    if dice.random() < 0.05:
        cut = dice.randrange(len(encoded) + 1)
        return encoded[:cut] + dice.randbytes(dice.randrange(4))
    return encoded


def test_hostile_submissions_cause_no_server_error_and_store_nothing(
    owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")  # thousands of lines take their time
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # shown when it fails
    dice, accepted = random.Random(seed), 0
    # looking the key up is a third of a request, and the same each time: the rest is as ever
    owner.client.force_authenticate(owner.user, token=owner.user.api_keys.get())  # type: ignore[arg-type]  # DRF takes what a class of ours gives
    for number in range(SUBMISSIONS):
        # one in fifty is valid whatever the dice say: that the rest is refused proves something
        is_valid = number % 50 == 0
        body = json.dumps(VALID).encode() if is_valid else raw(dice, submission(dice))
        key = {"Idempotency-Key": f"key-{number}"} if dice.random() < 0.1 else {}
        response = owner.client.post(
            "/api/v1/jobs", body, content_type="application/json", headers=key
        )
        accepted += response.status_code == 202
        assert response.status_code == 202 or not is_valid, (seed, response.content)
        assert response.status_code in (202, 400, 413, 422, 429), (seed, body, response.content)
        if response.status_code != 202:
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.json()["status"] == response.status_code
    assert accepted > SUBMISSIONS / 100
    assert Job.objects.count() == accepted
    assert IdempotencyRecord.objects.count() <= accepted
    print(f"{accepted} accepted")  # noqa: T201
