"""Submit jobs: validate, admit, store, publish."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from jobs import registry
from jobs.dispatch import after_end, publish
from jobs.errors import Fault, InvalidSubmission, UnknownJobType
from jobs.lifecycle import verbs
from jobs.models import Batch, Dependency, Job, Organization
from jobs.models.states import State
from jobs.submission import admission
from jobs.submission.validation import below, validate
from jobs.webhooks.endpoints import check_url, ensure_webhook_of_job_urls

MAX_BATCH_JOBS = 1000
MAX_IMMEDIATE_PUBLISHES = 50
"""Jobs of a batch that are published by the submission itself; the relay publishes the rest."""


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """What a submission may say beside its type and input."""

    priority: int | None = None
    """0-9, higher runs first; the type's own where not given."""
    run_at: datetime | None = None
    """Not before this time."""
    depends_on: tuple[uuid.UUID, ...] = ()
    """Jobs that must complete first; the handler reads their outputs."""
    runs_after_failure: bool = False
    """Run although one of them has failed or was cancelled; otherwise this job is cancelled."""
    labels: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    """What the job is about; limits may count by it."""
    max_attempts: int | None = None
    webhook_url: str = ""
    """Told of this job's events, beside the organization's webhooks."""
    retention: timedelta | None = None
    """How long it is kept after its end; the type's own where not given."""


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """One job to be done."""

    type: str
    input: Mapping[str, Any]
    options: JobOptions = JobOptions()
    pointer: str = "/input"
    """Where the input is in what the caller sent, for faults; "" where it is the whole."""


def submit_job(
    type: str,
    input: Mapping[str, Any],
    *,
    owner: AbstractBaseUser,
    organization: Organization,
    options: JobOptions = JobOptions(),
    pointer: str = "/input",
) -> Job:
    """Store a job and offer it to the workers; it is safe when this returns.

    Raises `UnknownJobType`, `InvalidSubmission` (with a fault for each thing wrong) or
    `LimitReached`; then nothing was stored. Whether the broker is there makes no difference: what
    cannot be published now is published by the relay. `pointer` says where the input is in what the
    caller sent: faults point there, "" where it is the whole body.
    """
    wanted = JobRequest(type=type, input=input, options=options, pointer=pointer)
    job = build_job(wanted, owner, organization)
    _store([job], [wanted], owner, organization)
    return job


def submit_batch(
    wanted: Sequence[JobRequest], *, owner: AbstractBaseUser, organization: Organization
) -> Batch:
    """Store jobs together, all or none, and offer them to the workers.

    Raises like `submit`; the pointers of faults begin with the position of the job.
    """
    if not 1 <= len(wanted) <= MAX_BATCH_JOBS:
        raise InvalidSubmission(f"A batch must have 1 to {MAX_BATCH_JOBS} jobs, not {len(wanted)}.")
    jobs, faults = [], []
    for position, one in enumerate(wanted):
        try:
            jobs.append(build_job(one, owner, organization))
        except InvalidSubmission as refused:
            faults += [below(f"/jobs/{position}", fault) for fault in refused.faults]
        except UnknownJobType as unknown:
            pointer = f"/jobs/{position}/type"
            faults.append(Fault(pointer=pointer, code=unknown.code, detail=unknown.message))
    if faults:
        raise InvalidSubmission("Some jobs of the batch are not valid.", faults)
    with transaction.atomic():
        batch = Batch.objects.create(
            organization=organization, owner_id=owner.pk, total=len(wanted)
        )
        for job in jobs:
            job.batch = batch
        _store(jobs, wanted, owner, organization)
    return batch


def build_job(wanted: JobRequest, owner: AbstractBaseUser, organization: Organization) -> Job:
    """Make the row of a job, not yet stored: what it says, on the terms of its type.

    Raises `UnknownJobType` or `InvalidSubmission`.
    """
    declared, options = registry.get(wanted.type), wanted.options
    checked = validate(declared, wanted.input, organization.pk, pointer=wanted.pointer)
    _check_parents(options.depends_on, organization)
    if options.webhook_url:
        check_url(options.webhook_url, "/webhook_url")
    now = timezone.now()
    state = _first_state(options, now)
    return Job(
        organization=organization,
        owner=owner,  # type: ignore[misc]  # the user model is the installation's
        type=declared.name,
        queue=declared.queue,
        priority=declared.priority if options.priority is None else options.priority,
        state=state,
        input=checked,
        labels=dict(options.labels),
        subject=options.subject,
        max_attempts=options.max_attempts or declared.retry.max_attempts,
        runs_after_failure=options.runs_after_failure,
        webhook_url=options.webhook_url,
        timeout=declared.timeout,
        grace=declared.grace,
        pending_timeout=declared.pending_timeout,
        keep_completed=options.retention or declared.retention.completed,
        keep_failed=options.retention or declared.retention.failed,
        run_at=options.run_at if options.run_at is not None else now,
        pending_until=now + declared.pending_timeout if state == State.PENDING else None,
    )


def _store(
    jobs: Sequence[Job],
    wanted: Sequence[JobRequest],
    owner: AbstractBaseUser,
    organization: Organization,
) -> None:
    for job in [job for job in jobs if job.state == State.PENDING][:MAX_IMMEDIATE_PUBLISHES]:
        # Marked before it is offered: a process that dies in between leaves a job whose message
        # is missing, which the relay sees; one UPDATE less for every other.
        job.published_at = timezone.now()
    alone = not any(one.options.depends_on or one.options.webhook_url for one in wanted)
    # What is one statement needs no transaction around it, whose begin and end are round trips.
    with nullcontext() if alone else transaction.atomic():
        ensure_webhook_of_job_urls(jobs, organization)
        guard = admission.guard(jobs, organization)
        verbs.submit(jobs, actor=owner.get_username(), guard=guard)
        _depend(zip(jobs, wanted, strict=True))
    transaction.on_commit(lambda: _publish(jobs))


def _depend(submissions: Iterable[tuple[Job, JobRequest]]) -> None:
    edges = [
        Dependency(job_id=job.pk, parent_id=parent)
        for job, wanted in submissions
        for parent in wanted.options.depends_on
    ]
    if edges:
        Dependency.objects.bulk_create(edges)
        Job.objects.filter(pk__in={edge.parent_id for edge in edges}).update(awaited=True)


def _publish(jobs: Sequence[Job]) -> None:
    publish.offer_all(job for job in jobs if job.published_at is not None)
    if any(job.state == State.WAITING for job in jobs):
        after_end.release_waiting()  # what they wait for may have ended long ago


def _check_parents(parents: Sequence[uuid.UUID], organization: Organization) -> None:
    known = set(
        Job.objects.of(organization).filter(pk__in=parents).values_list("pk", flat=True)
        if parents
        else ()
    )
    faults = [
        Fault(pointer=f"/depends_on/{n}", code="not_found", detail=f"There is no job {parent}.")
        for n, parent in enumerate(parents)
        if parent not in known
    ]
    if len(set(parents)) < len(parents):
        detail = "A job ID occurs twice. List it once."
        faults.append(Fault(pointer="/depends_on", code="duplicate", detail=detail))
    if faults:
        raise InvalidSubmission("Some dependencies are not valid.", faults)


def _first_state(options: JobOptions, now: datetime) -> State:
    if options.depends_on:
        return State.WAITING
    return State.SCHEDULED if options.run_at is not None and options.run_at > now else State.PENDING
