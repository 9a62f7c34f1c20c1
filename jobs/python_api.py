"""Jobs from code of the same project: `import jobs`, then `jobs.submit(...)` and its like.

This code is trusted: an id is enough. Where it acts for somebody, it passes their `organization`;
then another tenant's job is not found.
"""

import uuid
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from jobs.errors import NotFound, Refused
from jobs.live import watch
from jobs.models import Job
from jobs.models.tenants import Organization, organization_of
from jobs.submission.control import cancel_job, retry_job
from jobs.submission.submit import JobOptions, submit_job

__all__ = ["JobOptions", "cancel", "retry", "status", "submit", "wait"]

JobId = uuid.UUID | str
AS_USUAL = JobOptions()
"""Nothing beside type and input."""


def submit(
    type: str,
    input: Mapping[str, Any],
    *,
    owner: AbstractBaseUser,
    organization: Organization | None = None,
    options: JobOptions = AS_USUAL,
) -> Job:
    """Store a job and offer it to the workers; in a transaction, not before its commit.

    It belongs to `organization`, by default the first one that `owner` joined. Raises
    `UnknownJobType`, `InvalidSubmission`, `LimitReached`, or `Refused` where the owner belongs to
    no organization; then nothing was stored.
    """
    tenant = organization or organization_of(owner)
    if tenant is None:
        name = owner.get_username()
        raise Refused(f"{name} is not a member of any organization. Pass `organization`.")
    return submit_job(type, input, owner=owner, organization=tenant, options=options)


def status(id: JobId, *, organization: Organization | None = None) -> Job:
    """Read a job as it is now; raise `NotFound` where there is none."""
    visible = Job.objects.all() if organization is None else Job.objects.of(organization)
    found = visible.select_related("organization").filter(pk=_uuid(id)).first()
    if found is None:
        raise NotFound(f"There is no job {id}.")
    return found


def wait(
    id: JobId,
    *,
    timeout: timedelta | float | None = None,
    organization: Organization | None = None,
) -> Job:
    """Wait until a job has ended, and give it; whether it completed, its `state` says.

    `timeout` is a duration or seconds; when it is over, `TimeoutError` is raised, and the job goes
    on. Not for the transaction that submitted the job: it runs only after the commit.
    """
    seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
    seen = watch.watch_job(status(id, organization=organization), timeout=seconds)
    return deque(seen, maxlen=1).pop()


def cancel(
    id: JobId, *, actor: AbstractBaseUser | None = None, organization: Organization | None = None
) -> Job:
    """Cancel a job, or ask its running attempt to stop; raise `WrongState` if it has ended."""
    return cancel_job(status(id, organization=organization), actor=_name(actor))


def retry(
    id: JobId, *, actor: AbstractBaseUser | None = None, organization: Organization | None = None
) -> Job:
    """Start a failed or cancelled job again; raise `WrongState` for any other."""
    return retry_job(status(id, organization=organization), actor=_name(actor))


def _uuid(id: JobId) -> uuid.UUID:
    if isinstance(id, uuid.UUID):
        return id
    try:
        return uuid.UUID(id)
    except ValueError:
        raise NotFound(f"There is no job {id}: job IDs are UUIDs.") from None


def _name(actor: AbstractBaseUser | None) -> str:
    return actor.get_username() if actor else ""
