"""Whether an installation can do its work: what is looked at, and what to do where it fails."""

from collections.abc import Mapping
from functools import lru_cache

import redis
from celery import current_app
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jobs import pulse, registry
from jobs.pulse import LATELY, Pulse
from jobs.recent import Recent

OK = "ok"
NEEDED = ("jobs.relay", "jobs.rescue")
"""Maintenance tasks without which jobs stand still."""
NAMES = ("database", "migrations", "redis", "workers", "beat")

AWAY = "PostgreSQL does not answer: look whether it runs, and at DATABASE_URL."
UNMIGRATED = "{number} migrations are missing: run the release command."
SILENT = "Redis does not answer: look whether it runs, and at REDIS_URL."
UNKNOWN = "Not known, {what} does not answer."
NO_WORKER = f"No worker was heard from for {LATELY:g} s: start `worker`, or read what it logs."
LATE = "{task} has not succeeded {since}: {remedy}."
NO_TAKER = "no worker takes it, start `maintenance`"
NO_BEAT = "start `beat`, or read what `maintenance` logs"


def look() -> Mapping[str, str]:
    """Look at everything that is needed: "ok" or what to do, by name."""
    return {**_database(), **_signs_of_life()}


recent = Recent(look, seconds=1.0)
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
        seen = pulse.read()
    except redis.RedisError:
        unknown = UNKNOWN.format(what="Redis")
        return {"redis": SILENT, "workers": unknown, "beat": unknown}
    return {"redis": OK, "workers": _workers(seen), "beat": _beat(seen)}


def _workers(seen: Pulse) -> str:
    return OK if seen.taking(one.queue for one in registry.all_types()) else NO_WORKER


def _beat(seen: Pulse) -> str:
    for entry in current_app.conf.beat_schedule.values():
        task = entry["task"]
        age = seen.succeeded.get(task)
        if task in NEEDED and (age is None or age >= LATELY):
            since = "since Redis was emptied" if age is None else f"for {age:.0f} s"
            taken = seen.taking([entry["options"]["queue"]])
            return LATE.format(task=task, since=since, remedy=NO_BEAT if taken else NO_TAKER)
    return OK
