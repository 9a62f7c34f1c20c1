"""Whether an installation can do its work: what is looked at, and what to do where it fails."""

import logging
from collections.abc import Mapping
from functools import lru_cache

import redis
from celery import current_app
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jobs import registry
from jobs.monitoring.ttl_cache import Recent
from jobs.redis import heartbeats
from jobs.redis.heartbeats import WORKER_MAX_AGE_SECONDS, Heartbeats

log = logging.getLogger(__name__)

OK = "ok"
NEEDED = ("jobs.relay", "jobs.rescue")
"""Maintenance tasks without which jobs stand still."""
NAMES = ("database", "migrations", "redis", "workers", "beat")

AWAY = "PostgreSQL does not answer: look whether it runs, and at DATABASE_URL."
UNMIGRATED = "{number} migrations are missing: run the release command."
SILENT = "Redis does not answer: look whether it runs, and at REDIS_URL."
UNKNOWN = "Not known, {what} does not answer."
NO_WORKER = (
    f"No worker was heard from for {WORKER_MAX_AGE_SECONDS:g} s: "
    "start `worker`, or read what it logs."
)
LATE = "{task} has not succeeded {since}: {remedy}."
NO_TAKER = "no worker takes it, start `maintenance`"
NO_BEAT = "start `beat`, or read what `maintenance` logs"


class Readiness:
    """Looks, and logs what has changed since it looked before: who asks, asks often."""

    def __init__(self) -> None:
        self._lacking: frozenset[str] = frozenset()

    def look(self) -> Mapping[str, str]:
        """Look at everything that is needed: "ok" or what to do, by name."""
        checks = {**_database(), **_signs_of_life()}
        lacking = frozenset(name for name, said in checks.items() if said != OK)
        if lacking != self._lacking:
            self._lacking = lacking
            if lacking:
                said = " ".join(f"{name}: {checks[name]}" for name in NAMES if name in lacking)
                log.warning("not ready: %s", said)
            else:
                log.info("ready again")
        return checks


recent = Recent(Readiness().look, seconds=1.0)
"""For who asks often, and for many who ask at once."""


def _database() -> dict[str, str]:
    try:
        missing = _migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseFailure:
        return {"database": AWAY, "migrations": UNKNOWN.format(what="PostgreSQL")}
    migrated = UNMIGRATED.format(number=len(missing)) if missing else OK
    return {"database": OK, "migrations": migrated}


@lru_cache(maxsize=1)
def _migrations() -> frozenset[tuple[str, str]]:
    """Name the migrations of this code; they are read from its files once."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def _signs_of_life() -> dict[str, str]:
    try:
        seen = heartbeats.read()
    except redis.RedisError:
        unknown = UNKNOWN.format(what="Redis")
        return {"redis": SILENT, "workers": unknown, "beat": unknown}
    return {"redis": OK, "workers": _workers(seen), "beat": _beat(seen)}


def _workers(seen: Heartbeats) -> str:
    return OK if seen.consumers_of(one.queue for one in registry.all_types()) else NO_WORKER


def _beat(seen: Heartbeats) -> str:
    for entry in current_app.conf.beat_schedule.values():
        task = entry["task"]
        age = seen.task_ages.get(task)
        if task in NEEDED and (age is None or age >= WORKER_MAX_AGE_SECONDS):
            since = "since Redis was emptied" if age is None else f"for {age:.0f} s"
            taken = seen.consumers_of([entry["options"]["queue"]])
            return LATE.format(task=task, since=since, remedy=NO_BEAT if taken else NO_TAKER)
    return OK
