"""Recurring jobs: when a schedule fires next, and firing it exactly once."""

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
from jobs.models.schedules import Firing, Schedule
from jobs.submission.submit import JobOptions, submit_job
from jobs.submission.validation import validate

log = logging.getLogger(__name__)

TERMS = frozenset({"priority", "labels", "subject", "max_attempts"})
"""What a schedule may say beside type and input."""
FIELDS = 5
"""Of a cron expression; the library's sixth is seconds, and beat looks at schedules every two."""


def next_after(cron: str, time_zone: str, after: datetime) -> datetime:
    """Give the first time after `after` that a cron expression matches in a time zone.

    Daylight saving as in Debian's cron: a time that is skipped fires at the change, one that is
    repeated fires once. Raises `InvalidSubmission` for an expression or a zone that is none.
    """
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        detail = f"{time_zone!r} is not a time zone. Use a name such as Europe/Oslo."
        raise _invalid("/time_zone", detail) from None
    try:
        # In UTC: two times of a repeated hour are otherwise equal to nothing, by PEP 495.
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
    terms: Mapping[str, Any] | None = None,
    paused: bool = False,
) -> Schedule:
    """Store a schedule; its input is checked now, not at night when it fires.

    Raises `UnknownJobType` or `InvalidSubmission`.
    """
    _check_fields(cron)
    validate(registry.get(type), input, organization.pk)
    if unknown := (terms or {}).keys() - TERMS:
        raise _invalid("/terms", f"A schedule does not support {', '.join(sorted(unknown))}.")
    schedule = Schedule(
        organization=organization,
        owner_id=owner.pk,
        name=name,
        cron=cron,
        time_zone=time_zone,
        type=type,
        input=dict(input),
        terms=dict(terms or {}),
        paused=paused,
        next_at=next_after(cron, time_zone, timezone.now()),
    )
    _save(schedule)
    schedule.refresh_from_db()
    return schedule


def change(schedule: Schedule, changes: Mapping[str, Any]) -> Schedule:
    """Change a schedule: any of `create`'s texts, its input, its terms, and `paused`.

    It fires next at the first time from now on: what was due while it was paused is not made up
    for. Raises like `create`, and then nothing has changed.
    """
    if "cron" in changes:
        _check_fields(changes["cron"])
    with transaction.atomic():
        # waits for a beat that is firing it, and keeps the next one out
        held = Schedule.objects.select_for_update().get(pk=schedule.pk)
        for name, value in changes.items():
            setattr(held, name, value)
        validate(registry.get(held.type), held.input, held.organization_id)
        if not held.paused or changes.keys() & {"cron", "time_zone"}:
            held.next_at = next_after(held.cron, held.time_zone, timezone.now())
        _save(held)
    return held


def next_runs(schedule: Schedule, number: int) -> list[datetime]:
    """Give the next times that a schedule fires; none while it is paused.

    One whose time zone is gone since it was made says its next time only; then it is paused.
    """
    times = [] if schedule.paused else [schedule.next_at]
    with suppress(InvalidSubmission):
        while times and len(times) < number:
            times.append(next_after(schedule.cron, schedule.time_zone, times[-1]))
    return times[:number]


def fire_due() -> int:
    """Fire every schedule whose time has come, each in a transaction of its own.

    A schedule that was due several times while no beat ran fires once, for the first of them.
    """
    fired = 0
    while _fire_one():
        fired += 1
    return fired


def _fire_one() -> bool:
    now = timezone.now()
    with transaction.atomic():
        due = Schedule.objects.filter(paused=False, next_at__lte=now).select_related("organization")
        # Whoever holds the row is firing it; the unique firing stands behind the lock.
        schedule = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at").first()
        if schedule is None:
            return False
        firing, is_new = Firing.objects.get_or_create(schedule=schedule, at=schedule.next_at)
        try:
            following = next_after(schedule.cron, schedule.time_zone, now)
        except (
            InvalidSubmission
        ) as fault:  # its time zone is gone; beat would stumble here for ever
            _pause(schedule, firing, fault)
            return True
        if is_new:
            _submit(schedule, firing)
        schedule.next_at = following
        schedule.save(update_fields=["next_at"])
    return True


def _pause(schedule: Schedule, firing: Firing, fault: InvalidSubmission) -> None:
    log.error("schedule %s is paused: %s", schedule.pk, fault)
    firing.refusal = f"paused: {fault}"
    firing.save(update_fields=["refusal"])
    schedule.paused = True
    schedule.save(update_fields=["paused"])


def _submit(schedule: Schedule, firing: Firing) -> None:
    try:
        firing.job = submit_job(
            schedule.type,
            schedule.input,
            owner=schedule.owner,
            organization=schedule.organization,
            options=JobOptions(**schedule.terms),
        )
    except Refused as refused:
        firing.refusal = f"{refused.code}: {refused.message}"
    firing.save(update_fields=["job", "refusal"])


def _check_fields(cron: str) -> None:
    if len(cron.split()) > FIELDS:
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
