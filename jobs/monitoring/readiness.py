"""Readiness: whether the installation can run jobs, and what to do if not."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import redis
from celery import current_app
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jobs import registry
from jobs.monitoring.clocks import read_skews
from jobs.monitoring.ttl_cache import TtlCache
from jobs.redis import heartbeats
from jobs.redis.heartbeats import WORKER_MAX_AGE_SECONDS, Heartbeats

log = logging.getLogger(__name__)

OK = "ok"
REQUIRED_TASKS = ("jobs.relay", "jobs.rescue")
"""Maintenance tasks without which no job runs."""
NAMES = ("database", "migrations", "redis", "workers", "beat")

DATABASE_DOWN = "PostgreSQL does not respond: check that it runs, and check DATABASE_URL."
MIGRATIONS_MISSING = "{number} migrations are missing: run the release command."
REDIS_DOWN = "Redis does not respond: check that it runs, and check REDIS_URL."
UNKNOWN = "Unknown: {what} does not respond."
NO_WORKER = (
    f"No worker was heard from for {WORKER_MAX_AGE_SECONDS:g} s: start `worker`, or read its log."
)
UNSERVED = "No worker takes jobs of {queues}: start `worker` with these in --queues."
TASK_LATE = "{task} has not succeeded {since}: {remedy}."
FAILING = (
    "{duty} has failed for {seconds:.0f} s, everything else goes on: read the log of `maintenance`."
)
NO_CONSUMER = "no worker consumes its queue, start `maintenance`"
NO_BEAT = "start `beat`, or read the log of `maintenance`"


@dataclass(frozen=True, kw_only=True)
class Health:
    """What `/readyz` shows."""

    checks: Mapping[str, str]
    """"ok" or what to do, by the name of each check."""
    clock_skew: float | None
    """Seconds by which the clock differs most from the database; `None` without a database."""


class Readiness:
    """Runs the checks, and logs changes only, since load balancers poll often."""

    def __init__(self) -> None:
        self._failing: frozenset[str] = frozenset()

    def check(self) -> Health:
        checks = {**_check_database(), **_check_redis()}
        failing = frozenset(name for name, result in checks.items() if result != OK)
        if failing != self._failing:
            self._failing = failing
            if failing:
                details = " ".join(f"{name}: {checks[name]}" for name in NAMES if name in failing)
                log.warning("The installation is not ready: %s", details)
            else:
                log.info("The installation is ready again")
        return Health(checks=checks, clock_skew=_read_largest_skew())


recent = TtlCache(Readiness().check, seconds=1.0)
"""Shared by all requests of this process."""


def _check_database() -> dict[str, str]:
    try:
        missing = _migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        return {"database": DATABASE_DOWN, "migrations": UNKNOWN.format(what="PostgreSQL")}
    migrations = MIGRATIONS_MISSING.format(number=len(missing)) if missing else OK
    return {"database": OK, "migrations": migrations}


def _read_largest_skew() -> float | None:
    try:
        largest: float = max(read_skews().values(), key=abs)
        return round(largest, 3)
    except DatabaseError:
        return None


@lru_cache(maxsize=1)
def _migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this code. They are read from the files once per process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def _check_redis() -> dict[str, str]:
    try:
        found = heartbeats.read()
    except redis.RedisError:
        unknown = UNKNOWN.format(what="Redis")
        return {"redis": REDIS_DOWN, "workers": unknown, "beat": unknown}
    return {"redis": OK, "workers": _check_workers(found), "beat": _check_beat(found)}


def _check_workers(found: Heartbeats) -> str:
    queues = {job_type.queue for job_type in registry.all_types()}
    if not found.consumers_of(queues):
        return NO_WORKER
    unserved = sorted(queue for queue in queues if not found.consumers_of([queue]))
    return UNSERVED.format(queues=", ".join(unserved)) if unserved else OK


def _check_beat(found: Heartbeats) -> str:
    for entry in current_app.conf.beat_schedule.values():
        task = entry["task"]
        age = found.task_ages.get(task)
        if task in REQUIRED_TASKS and (age is None or age >= WORKER_MAX_AGE_SECONDS):
            since = "since Redis was emptied" if age is None else f"for {age:.0f} s"
            is_consumed = found.consumers_of([entry["options"]["queue"]])
            remedy = NO_BEAT if is_consumed else NO_CONSUMER
            return TASK_LATE.format(task=task, since=since, remedy=remedy)
    return _check_duties(found)


def _check_duties(found: Heartbeats) -> str:
    for duty, seconds in sorted(found.failing.items()):
        if seconds >= WORKER_MAX_AGE_SECONDS:
            return FAILING.format(duty=duty, seconds=seconds)
    return OK
