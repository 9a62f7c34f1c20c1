"""Requests of a caller are rate limited; other callers and an outage of Redis are not affected."""

from datetime import timedelta
from typing import Any

import pytest

from jobs.redis import client
from jobs.redis.circuit_breaker import CircuitBreaker
from jobs.redis.client import get_client
from tests.jobs.redis.unreachable import unreachable_client
from tests.people import Person


@pytest.fixture(autouse=True)
def _three_a_minute(settings: Any) -> None:
    settings.RATE_LIMIT = 3
    get_client().flushdb()


def test_every_response_has_the_rate_limit_headers(owner: Person) -> None:
    response = owner.client.get("/api/v1/job-types")
    assert response.headers["RateLimit-Policy"] == '"caller";q=3;w=60'
    assert response.headers["RateLimit"].startswith('"caller";r=2;t=')


def test_a_request_beyond_the_limit_gets_retry_after(owner: Person, teammate: Person) -> None:
    for _ in range(3):
        assert owner.client.get("/api/v1/jobs").status_code == 200
    response = owner.client.get("/api/v1/jobs")
    assert (response.status_code, response.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert response.headers["RateLimit"].startswith('"caller";r=0')
    assert teammate.client.get("/api/v1/jobs").status_code == 200


def test_a_new_window_allows_requests_again(owner: Person, settings: Any) -> None:
    settings.RATE_LIMIT_WINDOW = timedelta(milliseconds=1)
    assert {owner.client.get("/api/v1/jobs").status_code for _ in range(6)} == {200}


def test_an_outage_of_redis_blocks_no_request(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = unreachable_client()
    monkeypatch.setattr(client, "get_client", lambda: nowhere)
    monkeypatch.setattr(client, "breaker", CircuitBreaker(open_seconds=3.0))
    responses = [owner.client.get("/api/v1/jobs") for _ in range(5)]
    assert {response.status_code for response in responses} == {200}
    assert "RateLimit" not in responses[-1].headers
