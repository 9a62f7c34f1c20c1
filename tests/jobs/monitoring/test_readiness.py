"""`/readyz`: 200 if everything that jobs need is there, else 503 with advice."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from jobs.monitoring import readiness
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from jobs.redis.heartbeats import WORKER_MAX_AGE_SECONDS
from tests.jobs.redis.unreachable import unreachable_client

pytestmark = pytest.mark.django_db
TASKS = ("jobs.relay", "jobs.rescue")


@pytest.fixture(autouse=True)
def _all_is_well() -> Iterator[None]:
    get_client().flushdb()
    heartbeats.record_worker("worker@here", ["default", "research", "documents"], 2)
    heartbeats.record_worker("maintenance@here", ["maintenance"], 1)
    for task in TASKS:
        heartbeats.record_task(task)
    readiness.recent.clear()
    yield
    readiness.recent.clear()


def ready(query: str = "") -> tuple[int, dict[str, Any]]:
    response = Client().get(f"/readyz{query}")
    return response.status_code, response.json()["checks"]


def grow_old(key: str, *names: str) -> None:
    """Have the last signs of life lie too far back."""
    for member in get_client().zrange(key, 0, -1):
        if str(member, "utf-8").split()[0] in names:  # type: ignore[arg-type]  # of redis-py
            get_client().zincrby(key, -WORKER_MAX_AGE_SECONDS, member)  # type: ignore[arg-type]


def test_the_installation_is_ready_when_every_check_passes() -> None:
    assert ready() == (200, dict.fromkeys(readiness.NAMES, "ok"))


def test_a_missing_worker_makes_it_not_ready() -> None:
    grow_old(heartbeats.WORKERS, "worker@here")
    status, checks = ready()
    assert (status, checks["beat"]) == (503, "ok")
    assert checks["workers"] == (
        "No worker was heard from for 60 s: start `worker`, or read its log."
    )


def test_a_silent_beat_makes_it_not_ready() -> None:
    grow_old(heartbeats.TASKS, *TASKS)
    status, checks = ready()
    assert (status, checks["workers"]) == (503, "ok")
    assert checks["beat"].startswith("jobs.relay has not succeeded for 60 s: start `beat`")


def test_the_check_of_beat_names_a_missing_maintenance_worker() -> None:
    grow_old(heartbeats.TASKS, "jobs.rescue")
    grow_old(heartbeats.WORKERS, "maintenance@here")
    assert ready()[1]["beat"].endswith("no worker consumes its queue, start `maintenance`.")


def test_a_duty_that_fails_for_a_minute_makes_it_not_ready() -> None:
    heartbeats.record_duties({"relay/schedules": False, "relay/promote": True})
    assert ready()[0] == 200
    grow_old(heartbeats.FAILING, "relay/schedules")
    readiness.recent.clear()
    status, checks = ready()
    assert status == 503
    assert checks["beat"].startswith("relay/schedules has failed for 6")
    heartbeats.record_duties({"relay/schedules": True})
    readiness.recent.clear()
    assert ready()[0] == 200


def test_a_flushed_redis_makes_it_not_ready_until_heartbeats_return() -> None:
    get_client().flushdb()
    status, checks = ready()
    assert status == 503
    assert "since Redis was emptied" in checks["beat"]


def test_workers_are_unknown_without_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = unreachable_client()
    monkeypatch.setattr(heartbeats, "get_client", lambda: nowhere)
    status, checks = ready()
    assert (status, checks["database"]) == (503, "ok")
    assert "REDIS_URL" in checks["redis"]
    assert checks["workers"] == "Unknown: Redis does not respond."


def test_a_missing_migration_makes_it_not_ready() -> None:
    MigrationRecorder(connection).record_unapplied("jobs", "0001_squashed_0019_paused_workers")
    status, checks = ready()
    assert (status, checks["migrations"]) == (
        503,
        "1 migrations are missing: run the release command.",
    )


def test_a_change_of_readiness_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def logged() -> list[str]:
        of = ("jobs.monitoring.readiness", "django.request")
        messages = [record.getMessage() for record in caplog.records if record.name in of]
        caplog.clear()
        return messages

    caplog.set_level("INFO")
    assert ready()[0] == 200
    logged()  # what another test had left
    grow_old(heartbeats.WORKERS, "worker@here")
    for _ in range(3):
        readiness.recent.clear()
        assert ready()[0] == 503
    [lacking] = logged()
    assert lacking.startswith("The installation is not ready: workers: No worker was heard from")
    heartbeats.record_worker("worker@here", ["default", "research", "documents"], 2)
    for _ in range(3):
        readiness.recent.clear()
        assert ready()[0] == 200
    assert logged() == ["The installation is ready again"]


def test_the_exclude_parameter_leaves_checks_out() -> None:
    grow_old(heartbeats.WORKERS, "worker@here")
    grow_old(heartbeats.TASKS, *TASKS)
    status, checks = ready("?exclude=workers,beat")
    assert (status, sorted(checks)) == (200, ["database", "migrations", "redis"])
    response = Client().get("/readyz?exclude=worker")
    assert (response.status_code, response.json()["code"]) == (422, "invalid")


def test_parallel_requests_share_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness.recent, "_seconds", 600.0)
    assert ready()[0] == 200
    get_client().flushdb()
    assert ready()[0] == 200
