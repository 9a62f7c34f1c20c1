"""No clock of a machine decides when maintenance runs, and messages do not pile up."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from celery.beat import Scheduler
from celery.exceptions import Ignore

from jobs import tasks
from jobs.maintenance import relay
from jobs.maintenance.beat import MAX_WAITING_SECONDS, MonotonicScheduler
from jobs.redis import heartbeats
from jobs.redis.client import get_client

HOUR = 3600.0


@pytest.fixture(autouse=True)
def _no_messages() -> None:
    get_client().flushdb()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the tasks that beat sends."""
    names: list[str] = []
    record: Callable[..., Any] = lambda self, entry, *args, **options: names.append(entry.task)  # noqa: E731
    monkeypatch.setattr(Scheduler, "apply_async", record)
    monkeypatch.setattr(MonotonicScheduler, "producer", None)
    return names


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Give a function that lets seconds pass."""
    passed = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: passed[0])

    def pass_by(number: float) -> None:
        passed[0] += number

    return pass_by


@pytest.mark.parametrize("change", [0.0, HOUR, -HOUR, -60.0], ids=str)
def test_setting_the_clock_neither_stops_nor_repeats_a_task(
    change: float,
    sent: list[str],
    seconds: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beat = MonotonicScheduler(current_app)
    now = time.time()
    for _ in range(10):
        monkeypatch.setattr(time, "time", lambda: now + change)
        assert beat.tick() <= 2
        seconds(1)
        for task in sent:
            heartbeats.end_waiting(task)
    assert sent.count("jobs.relay") == 4
    assert sent.count("jobs.rescue") == 1


def test_one_message_of_a_task_waits_at_most(
    sent: list[str], seconds: Callable[[float], None]
) -> None:
    beat, second_beat = MonotonicScheduler(current_app), MonotonicScheduler(current_app)
    for _ in range(5):
        seconds(2)
        beat.tick()
        second_beat.tick()
    assert sent.count("jobs.relay") == 1
    tasks._record_arrival(sender=tasks.relay_jobs)
    seconds(2)
    beat.tick()
    assert sent.count("jobs.relay") == 2
    ttl = get_client().pttl(f"{heartbeats.WAITING}jobs.relay")
    assert 0 < ttl <= (MAX_WAITING_SECONDS + 2) * 1000


def test_messages_say_no_time_at_which_they_expire() -> None:
    assert not [
        name for name, entry in current_app.conf.beat_schedule.items() if "expires" in str(entry)
    ]


def test_a_worker_drops_messages_that_waited_while_others_came(
    seconds: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    monkeypatch.setattr(relay, "relay", lambda: rounds.append(1))
    monkeypatch.setattr(tasks.relay_jobs, "_started_at", -HOUR)
    tasks.relay_jobs()
    for _ in range(3):
        with pytest.raises(Ignore):
            tasks.relay_jobs()
    seconds(1)
    tasks.relay_jobs()
    assert len(rounds) == 2


def test_the_maintenance_worker_has_a_thread_for_each_task() -> None:
    lines = Path("Procfile").read_text().splitlines()
    [worker] = [line for line in lines if line.startswith("maintenance:")]
    found = re.search(r"--queues=(\w+) --pool=threads --concurrency=(\d+)", worker)
    assert found is not None
    entries = current_app.conf.beat_schedule.values()
    tasks_of_queue = {entry["task"] for entry in entries if entry["options"]["queue"] == found[1]}
    assert "jobs.rescue" in tasks_of_queue
    assert int(found[2]) > len(tasks_of_queue)


def test_a_round_that_hangs_is_not_joined_by_a_second_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.relay_jobs, "_started_at", -HOUR)
    with tasks.relay_jobs._lock, pytest.raises(Ignore):
        tasks.relay_jobs()
