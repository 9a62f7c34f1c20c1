"""Cron expressions: when a schedule runs next."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from jobs.errors import Fault, InvalidSubmission

CRON_FIELDS = 5
"""The library supports seconds as a sixth field, but beat fires schedules every 2 s."""
NAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""As in crontab(5)."""


def next_after(cron: str, time_zone: str, after: datetime) -> datetime:
    """Return the first time after `after` that a cron expression matches in a time zone.

    Daylight saving works as in Debian's cron: a skipped time fires at the change, a repeated time
    fires once. Raises `InvalidSubmission` if the expression or the time zone is not valid.
    """
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        detail = f"{time_zone!r} is not a time zone. Use a name such as Europe/Oslo."
        raise invalid_schedule("/time_zone", detail) from None
    try:
        # In UTC, because times of a repeated hour compare unequal to all others by PEP 495.
        return next(CronSim(expand(cron), after.astimezone(zone))).astimezone(UTC)
    except CronSimError as error:
        detail = f"{cron!r} is not a valid cron expression: {error}."
        raise invalid_schedule("/cron", detail) from None
    except StopIteration:
        raise invalid_schedule("/cron", f"{cron!r} never matches a date.") from None


def expand(cron: str) -> str:
    """Return the expression that a name such as `@daily` stands for; any other text unchanged."""
    return NAMES.get(cron.strip().lower(), cron)


def check_fields(cron: str) -> None:
    """Raise `InvalidSubmission` if an expression has a field for seconds, or an unknown name."""
    if expand(cron).startswith("@"):
        known = ", ".join(NAMES)
        raise invalid_schedule("/cron", f"{cron!r} is not known. Use five fields, or {known}.")
    if len(cron.split()) > CRON_FIELDS:
        detail = f"{cron!r} has too many fields. Use minute, hour, day, month and weekday."
        raise invalid_schedule("/cron", detail)


def invalid_schedule(pointer: str, detail: str) -> InvalidSubmission:
    """Return the error for one field of a schedule."""
    fault = Fault(pointer=pointer, code="invalid", detail=detail)
    return InvalidSubmission("The schedule is not valid.", [fault])
