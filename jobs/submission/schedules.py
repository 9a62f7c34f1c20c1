"""Schedules: when a recurring job runs next, and submitting each run exactly once."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import registry
from jobs.errors import Fault, InvalidSubmission, Refused
from jobs.models import Organization
from jobs.models.schedules import Schedule, ScheduleRun
from jobs.submission.submit import JobOptions, submit_job
from jobs.submission.validation import validate

log = logging.getLogger(__name__)

SCHEDULE_OPTIONS = frozenset({"priority", "labels", "subject", "max_attempts"})
"""Job options that a schedule supports."""
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
        next_at=next_after(cron, time_zone, timezone.now()),
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
            locked.next_at = next_after(locked.cron, locked.time_zone, timezone.now())
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


def fire_due() -> int:
    """Fire every due schedule, each in its own transaction; return how many.

    A schedule that was due several times while beat did not run fires once, for the first time.
    """
    fired = 0
    while _fire_next():
        fired += 1
    return fired


def _fire_next() -> bool:
    now = timezone.now()
    with transaction.atomic():
        due = Schedule.objects.filter(paused=False, next_at__lte=now).select_related("organization")
        # A locked row is being fired by another process. The unique run backs up the lock.
        schedule = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at").first()
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
        run.job = submit_job(
            schedule.type,
            schedule.input,
            owner=schedule.owner,
            organization=schedule.organization,
            options=JobOptions(**schedule.options),
        )
    except Refused as refused:
        run.refusal = f"{refused.code}: {refused.message}"
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
