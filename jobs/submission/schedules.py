"""Schedules: when a recurring job runs next, and submitting each run exactly once."""

import logging
import random
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from jobs import registry
from jobs.errors import InvalidSubmission, Refused
from jobs.models import Job, Organization
from jobs.models.clock import database_clock
from jobs.models.outages import is_outage
from jobs.models.schedules import MissedRuns, Schedule, ScheduleRun
from jobs.submission.cron import check_fields, invalid_schedule, next_after
from jobs.submission.debounce import Debounce
from jobs.submission.submit import JobOptions, submit_job
from jobs.submission.uniqueness import Unique
from jobs.submission.validation import validate

log = logging.getLogger(__name__)

SCHEDULE_OPTIONS = frozenset(
    {"priority", "labels", "subject", "max_attempts", "unique", "debounce"}
)
"""Job options that a schedule supports. They are stored as the JSON of a REST submission."""
MAX_DUE = 500
"""Schedules per call of `fire_due`."""
INTERNAL_ERROR = "internal_error: The job was not submitted. An operator can see why in the log."
MISSED_AFTER = timedelta(minutes=1)
"""A run that is later than this was missed: beat fires schedules every 2 s."""
MISSED = "missed: No process fired the schedule at this time, and it skips missed runs."


def create(
    name: str,
    *,
    cron: str,
    type: str,
    input: Mapping[str, Any],
    owner: AbstractBaseUser,
    organization: Organization,
    time_zone: str = "UTC",
    options: Mapping[str, Any] | None = None,
    missed_runs: str = MissedRuns.ONCE,
    paused: bool = False,
) -> Schedule:
    """Store a schedule. The input is validated now, not when the schedule fires.

    Raises `UnknownJobType` or `InvalidSubmission`.
    """
    check_fields(cron)
    validate(registry.get(type), input, organization.pk)
    _check_options(options or {})
    schedule = Schedule(
        organization=organization,
        owner_id=owner.pk,
        name=name,
        cron=cron,
        time_zone=time_zone,
        type=type,
        input=dict(input),
        options=dict(options or {}),
        missed_runs=missed_runs,
        paused=paused,
        next_at=next_after(cron, time_zone, database_clock.now()),
    )
    _save(schedule)
    schedule.refresh_from_db()
    return schedule


def change(schedule: Schedule, changes: Mapping[str, Any]) -> Schedule:
    """Change columns of a schedule.

    Its next run is the first time from now on: runs that were due while it was paused are skipped.
    Raises like `create`; then nothing has changed.
    """
    if "cron" in changes:
        check_fields(changes["cron"])
    with transaction.atomic():
        # Waits for a process that fires the schedule, and locks out the next one.
        locked = Schedule.objects.select_for_update().get(pk=schedule.pk)
        for name, value in changes.items():
            setattr(locked, name, value)
        validate(registry.get(locked.type), locked.input, locked.organization_id)
        _check_options(locked.options)
        if not locked.paused or changes.keys() & {"cron", "time_zone"}:
            locked.next_at = next_after(locked.cron, locked.time_zone, database_clock.now())
        _save(locked)
    return locked


def next_runs(schedule: Schedule, number: int) -> list[datetime]:
    """Return the next times that a schedule fires; none while it is paused.

    If its time zone no longer exists, returns one time: the schedule is paused at that time.
    """
    times = [] if schedule.paused else [schedule.next_at]
    with suppress(InvalidSubmission):
        while times and len(times) < number:
            times.append(next_after(schedule.cron, schedule.time_zone, times[-1]))
    return times[:number]


def fire_due(may_continue: Callable[[], bool] = lambda: True) -> int:
    """Fire due schedules, each in its own transaction; return how many.

    A schedule that was due several times while beat did not run follows its `missed_runs`.
    A schedule that cannot be fired delays no other. Stops if `may_continue` returns false.
    """
    due = Schedule.objects.filter(paused=False, next_at__lte=Now()).order_by("next_at")
    waiting = deque(due.values_list("pk", "organization_id")[:MAX_DUE])
    stuck: set[uuid.UUID] = set()
    fired = 0
    while waiting and may_continue():
        schedule_id, organization_id = waiting.popleft()
        if organization_id in stuck:
            continue
        try:
            fired_schedule = _fire(schedule_id)
        except DatabaseError:
            if connection.in_atomic_block or not connection.is_usable():
                raise
            log.exception("schedule %s cannot be fired now", schedule_id)
            stuck.add(organization_id)
            random.shuffle(waiting)  # so that every other one has its turn before time is up
            continue
        if fired_schedule is not None:
            fired += 1
            if fired_schedule.missed_runs == MissedRuns.ALL:
                waiting.append((schedule_id, organization_id))  # it may be due again
    return fired


def _fire(schedule_id: uuid.UUID) -> Schedule | None:
    """Fire a schedule for its first due time; `None` if it is not due, or another process fires it.

    The lock keeps other processes out, and the unique run backs it up.
    """
    now = database_clock.now()
    with transaction.atomic():
        due = Schedule.objects.filter(pk=schedule_id, paused=False, next_at__lte=now)
        locked = due.select_related("organization", "owner").select_for_update(
            skip_locked=True, of=("self",)
        )
        schedule = locked.first()
        if schedule is None:
            return None
        run = ScheduleRun(schedule=schedule, at=schedule.next_at)
        is_new = not schedule.runs.filter(at=run.at).exists()
        is_missed = now - schedule.next_at > MISSED_AFTER
        try:
            after = schedule.next_at if schedule.missed_runs == MissedRuns.ALL else now
            next_at = next_after(schedule.cron, schedule.time_zone, after)
        except InvalidSubmission as fault:
            # Its time zone no longer exists. Without a pause, every run of beat would fail here.
            _pause(schedule, run if is_new else schedule.runs.get(at=run.at), fault)
            return schedule
        if is_new and is_missed and schedule.missed_runs == MissedRuns.SKIP:
            run.refusal = MISSED
            run.save()
        elif is_new:
            _submit(schedule, run)
        schedule.next_at = next_at
        schedule.save(update_fields=["next_at"])
    return schedule


def run_now(schedule: Schedule) -> Job:
    """Submit the job of a schedule at once, also while it is paused; its next run stays.

    Raises like `submit_job`; then the history of the schedule does not show the run.
    """
    with transaction.atomic():
        job = _submit_job(schedule)
        ScheduleRun.objects.create(schedule=schedule, at=database_clock.now(), job=job)
    return job


def _pause(schedule: Schedule, run: ScheduleRun, fault: InvalidSubmission) -> None:
    log.error("schedule %s is paused: %s", schedule.pk, fault)
    run.refusal = f"paused: {fault}"
    run.save()
    schedule.paused = True
    schedule.save(update_fields=["paused"])


def _submit_job(schedule: Schedule) -> Job:
    return submit_job(
        schedule.type,
        schedule.input,
        owner=schedule.owner,
        organization=schedule.organization,
        options=_read_options(schedule.options),
    )


def _check_options(options: Mapping[str, Any]) -> None:
    """Raise `InvalidSubmission` for options that a schedule does not support."""
    if unknown := options.keys() - SCHEDULE_OPTIONS:
        raise invalid_schedule(
            "/options", f"A schedule does not support {', '.join(sorted(unknown))}."
        )
    if {"unique", "debounce"} <= options.keys():
        raise invalid_schedule("/debounce", "`debounce` excludes `unique`.")


def _read_options(stored: Mapping[str, Any]) -> JobOptions:
    options = dict(stored)
    if "unique" in options:
        unique = dict(options["unique"])
        if "period" in unique:
            unique["period"] = timedelta(seconds=unique["period"])
        options["unique"] = Unique(**unique)
    if "debounce" in options:
        options["debounce"] = Debounce(**options["debounce"])
    return JobOptions(**options)


def _submit(schedule: Schedule, run: ScheduleRun) -> None:
    try:
        with transaction.atomic():
            run.job = _submit_job(schedule)
    except Refused as refused:
        run.refusal = f"{refused.code}: {refused.message}"
    except Exception as error:
        if is_outage(error):
            raise  # or a row is locked: the next round repeats it
        log.exception("schedule %s has failed, and goes on with its next run", schedule.pk)
        run.refusal = INTERNAL_ERROR
    run.save()


def _save(schedule: Schedule) -> None:
    try:
        with transaction.atomic():
            schedule.save()
    except IntegrityError:
        raise invalid_schedule(
            "/name", f"A schedule named {schedule.name!r} already exists."
        ) from None
