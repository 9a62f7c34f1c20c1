"""The Python API for code of the same project: `import jobs`, then `jobs.submit(...)`.

This code is trusted and can access any job by its ID. Code that acts for a user passes
`organization`: a job of another tenant then raises `NotFound`.
"""

import uuid
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from jobs.errors import ConveyorError, NotFound, Refused
from jobs.lifecycle.functions import OrganizationChanged
from jobs.live import watch
from jobs.models import Job
from jobs.models.full_jobs import read_full_job
from jobs.models.tenants import Organization
from jobs.submission import default_organization
from jobs.submission.control import cancel_job, retry_job
from jobs.submission.debounce import Debounce
from jobs.submission.submit import JobOptions, submit_job
from jobs.submission.uniqueness import Unique

__all__ = ["Debounce", "JobOptions", "Unique", "cancel", "retry", "status", "submit", "wait"]

JobId = uuid.UUID | str
DEFAULT_OPTIONS = JobOptions()


def submit(
    type: str,
    input: Mapping[str, Any],
    *,
    owner: AbstractBaseUser,
    organization: Organization | None = None,
    options: JobOptions = DEFAULT_OPTIONS,
) -> Job:
    """Store a job and publish it to the workers, in a transaction only after its commit.

    The job belongs to `organization`, by default the first that `owner` joined. With the options
    `unique` and `debounce`, it can be an existing job; `is_found` of the job is then true. Raises
    `UnknownJobType`, `InvalidSubmission`, `LimitReached`, or `Refused` if the owner is not a member
    of any organization; then nothing was stored.
    """
    is_new = options.unique is None and options.debounce is None
    if organization is None and is_new and (remembered := default_organization.recall(owner)):
        # The refusal may be due to an organization that has changed: read it, and try again.
        with suppress(ConveyorError, OrganizationChanged):
            return submit_job(type, input, owner=owner, organization=remembered, options=options)
    tenant = organization or default_organization.read(owner)
    if tenant is None:
        name = owner.get_username()
        raise Refused(f"{name} is not a member of any organization. Pass `organization`.")
    return submit_job(type, input, owner=owner, organization=tenant, options=options)


def status(id: JobId, *, organization: Organization | None = None) -> Job:
    """Read a job; raise `NotFound` if there is none."""
    job = read_full_job(_uuid(id), None if organization is None else organization.pk)
    if job is None:
        raise NotFound(f"There is no job {id}.")
    return job


def wait(
    id: JobId,
    *,
    timeout: timedelta | float | None = None,
    organization: Organization | None = None,
) -> Job:
    """Wait until a job has ended, and return it. Its `state` says whether it completed.

    `timeout` is a duration or seconds. After it, raises `TimeoutError`; the job continues. Do not
    wait inside the transaction that submitted the job, because it runs only after the commit.
    """
    seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
    states = watch.watch_job(status(id, organization=organization), timeout=seconds)
    return deque(states, maxlen=1).pop()


def cancel(
    id: JobId, *, actor: AbstractBaseUser | None = None, organization: Organization | None = None
) -> Job:
    """Cancel a job, or request it of its running attempt; raise `WrongState` if it has ended."""
    return cancel_job(status(id, organization=organization), actor=_name(actor))


def retry(
    id: JobId, *, actor: AbstractBaseUser | None = None, organization: Organization | None = None
) -> Job:
    """Retry a failed or cancelled job; raise `WrongState` for any other state."""
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
