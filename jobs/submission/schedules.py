"""Schedules: when a recurring job runs next, and submitting each run exactly once."""

import logging
import random
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from django.contrib.auth.models import AbstractBaseUser
from django.db import Error as DatabaseError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now

from jobs import registry
from jobs.errors import Fault, InvalidSubmission, Refused
from jobs.models import Organization
from jobs.models.clock import database_clock
from jobs.models.schedules import Schedule, ScheduleRun
from jobs.submission.submit import JobOptions, submit_job
from jobs.submission.validation import validate

log = logging.getLogger(__name__)

SCHEDULE_OPTIONS = frozenset({"priority", "labels", "subject", "max_attempts"})
"""Job options that a schedule supports."""
MAX_DUE = 500
"""Schedules per call of `fire_due`."""
INTERNAL_ERROR = "internal_error: The job was not submitted. An operator can see why in the log."
CRON_FIELDS = 5
"""The library supports seconds as a sixth field, but beat fires schedules every 2 s."""


def next_after(cron: str, time_zone: str, after: datetime) -> datetime:
    """Return the first time after `after` that a cron expression matches in a time zone.

    Daylight saving works as in Debian's cron: a skipped time fires at the change, a repeated time
    fires once. Raises `InvalidSubmission` if the expression or the time zone is not valid.
    """
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        detail = f"{time_zone!r} is not a time zone. Use a name such as Europe/Oslo."
        raise _invalid("/time_zone", detail) from None
    try:
        # In UTC, because times of a repeated hour compare unequal to all others by PEP 495.
        return next(CronSim(cron, after.astimezone(zone))).astimezone(UTC)
    except CronSimError as error:
        raise _invalid("/cron", f"{cron!r} is not a valid cron expression: {error}.") from None
    except StopIteration:
        raise _invalid("/cron", f"{cron!r} never matches a date.") from None


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
    paused: bool = False,
) -> Schedule:
    """Store a schedule. The input is validated now, not when the schedule fires.

    Raises `UnknownJobType` or `InvalidSubmission`.
    """
    _check_fields(cron)
    validate(registry.get(type), input, organization.pk)
    if unknown := (options or {}).keys() - SCHEDULE_OPTIONS:
        raise _invalid("/options", f"A schedule does not support {', '.join(sorted(unknown))}.")
    schedule = Schedule(
        organization=organization,
        owner_id=owner.pk,
        name=name,
        cron=cron,
        time_zone=time_zone,
        type=type,
        input=dict(input),
        options=dict(options or {}),
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
        _check_fields(changes["cron"])
    with transaction.atomic():
        # Waits for a process that fires the schedule, and locks out the next one.
        locked = Schedule.objects.select_for_update().get(pk=schedule.pk)
        for name, value in changes.items():
            setattr(locked, name, value)
        validate(registry.get(locked.type), locked.input, locked.organization_id)
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

    A schedule that was due several times while beat did not run fires once, for the first time.
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
            fired += _fire(schedule_id)
        except DatabaseError:
            if connection.in_atomic_block or not connection.is_usable():
                raise
            log.exception("schedule %s cannot be fired now", schedule_id)
            stuck.add(organization_id)
            random.shuffle(waiting)  # so that every other one has its turn before time is up
    return fired


def _fire(schedule_id: uuid.UUID) -> bool:
    now = database_clock.now()
    with transaction.atomic():
        due = Schedule.objects.filter(pk=schedule_id, paused=False, next_at__lte=now)
        # A locked row is being fired by another process. The unique run backs up the lock.
        locked = due.select_related("organization").select_for_update(
            skip_locked=True, of=("self",)
        )
        schedule = locked.first()
        if schedule is None:
            return False
        run, is_new = ScheduleRun.objects.get_or_create(schedule=schedule, at=schedule.next_at)
        try:
            next_at = next_after(schedule.cron, schedule.time_zone, now)
        except InvalidSubmission as fault:
            # Its time zone no longer exists. Without a pause, every run of beat would fail here.
            _pause(schedule, run, fault)
            return True
        if is_new:
            _submit(schedule, run)
        schedule.next_at = next_at
        schedule.save(update_fields=["next_at"])
    return True


def _pause(schedule: Schedule, run: ScheduleRun, fault: InvalidSubmission) -> None:
    log.error("schedule %s is paused: %s", schedule.pk, fault)
    run.refusal = f"paused: {fault}"
    run.save(update_fields=["refusal"])
    schedule.paused = True
    schedule.save(update_fields=["paused"])


def _submit(schedule: Schedule, run: ScheduleRun) -> None:
    try:
        with transaction.atomic():
            run.job = submit_job(
                schedule.type,
                schedule.input,
                owner=schedule.owner,
                organization=schedule.organization,
                options=JobOptions(**schedule.options),
            )
    except Refused as refused:
        run.refusal = f"{refused.code}: {refused.message}"
    except OperationalError:
        raise  # the database is down, or a row is locked: the next round repeats it
    except Exception:
        log.exception("schedule %s has failed, and goes on with its next run", schedule.pk)
        run.refusal = INTERNAL_ERROR
    run.save(update_fields=["job", "refusal"])


def _check_fields(cron: str) -> None:
    if len(cron.split()) > CRON_FIELDS:
        raise _invalid(
            "/cron", f"{cron!r} has too many fields. Use minute, hour, day, month and weekday."
        )


def _save(schedule: Schedule) -> None:
    try:
        with transaction.atomic():
            schedule.save()
    except IntegrityError:
        raise _invalid("/name", f"A schedule named {schedule.name!r} already exists.") from None


def _invalid(pointer: str, detail: str) -> InvalidSubmission:
    fault = Fault(pointer=pointer, code="invalid", detail=detail)
    return InvalidSubmission("The schedule is not valid.", [fault])
