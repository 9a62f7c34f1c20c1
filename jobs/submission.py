"""Taking jobs: validate, admit, store, publish. And what else people ask of a job."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from jobs import dispatch, endings, lifecycle, limits, registry
from jobs.errors import Fault, InvalidSubmission, UnknownJobType, WrongState
from jobs.models import Batch, Dependency, Job, Organization
from jobs.states import ACTIVE, RETRYABLE, State
from jobs.validation import below, validate
from jobs.webhooks.endpoints import check_url, prepare_for_job_urls

LARGEST_BATCH = 1000
AT_ONCE = 50
"""Jobs of a batch that are published by the submission itself; the relay publishes the rest."""


@dataclass(frozen=True, kw_only=True)
class Terms:
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
class Wanted:
    """One job to be done."""

    type: str
    input: Mapping[str, Any]
    terms: Terms = Terms()
    pointer: str = "/input"
    """Where the input is in what the caller sent, for faults; "" where it is the whole."""


def submit(
    type: str,
    input: Mapping[str, Any],
    *,
    owner: AbstractBaseUser,
    organization: Organization,
    terms: Terms = Terms(),
    pointer: str = "/input",
) -> Job:
    """Store a job and offer it to the workers; it is safe when this returns.

    Raises `UnknownJobType`, `InvalidSubmission` (with a fault for each thing wrong) or
    `LimitReached`; then nothing was stored. Whether the broker is there makes no difference: what
    cannot be published now is published by the relay. `pointer` says where the input is in what the
    caller sent: faults point there, "" where it is the whole body.
    """
    wanted = Wanted(type=type, input=input, terms=terms, pointer=pointer)
    job = build(wanted, owner, organization)
    _store([job], [wanted], owner, organization)
    return job


def submit_batch(
    wanted: Sequence[Wanted], *, owner: AbstractBaseUser, organization: Organization
) -> Batch:
    """Store jobs together, all or none, and offer them to the workers.

    Raises like `submit`; the pointers of faults begin with the position of the job.
    """
    if not 1 <= len(wanted) <= LARGEST_BATCH:
        raise InvalidSubmission(f"A batch must have 1 to {LARGEST_BATCH} jobs, not {len(wanted)}.")
    jobs, faults = [], []
    for position, one in enumerate(wanted):
        try:
            jobs.append(build(one, owner, organization))
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


def build(wanted: Wanted, owner: AbstractBaseUser, organization: Organization) -> Job:
    """Make the row of a job, not yet stored: what it says, on the terms of its type.

    Raises `UnknownJobType` or `InvalidSubmission`.
    """
    declared, terms = registry.get(wanted.type), wanted.terms
    checked = validate(declared, wanted.input, organization.pk, pointer=wanted.pointer)
    _check_parents(terms.depends_on, organization)
    if terms.webhook_url:
        check_url(terms.webhook_url, "/webhook_url")
    now = timezone.now()
    state = _first_state(terms, now)
    return Job(
        organization=organization,
        owner=owner,  # type: ignore[misc]  # the user model is the installation's
        type=declared.name,
        queue=declared.queue,
        priority=declared.priority if terms.priority is None else terms.priority,
        state=state,
        input=checked,
        labels=dict(terms.labels),
        subject=terms.subject,
        max_attempts=terms.max_attempts or declared.retry.max_attempts,
        runs_after_failure=terms.runs_after_failure,
        webhook_url=terms.webhook_url,
        timeout=declared.timeout,
        grace=declared.grace,
        pending_timeout=declared.pending_timeout,
        keep_completed=terms.retention or declared.keep.completed,
        keep_failed=terms.retention or declared.keep.failed,
        run_at=terms.run_at if terms.run_at is not None else now,
        pending_until=now + declared.pending_timeout if state == State.PENDING else None,
    )


def cancel(job: Job, *, actor: str) -> Job:
    """Cancel a job, or ask its running attempt to stop; raise `WrongState` if it has ended."""
    found = lifecycle.cancel(job.pk, actor=actor)
    if found is None:
        job.refresh_from_db()
        if job.state == State.CANCELLED:
            return job  # twice is no error
        raise WrongState(f"The job has already ended ({job.state}) and cannot be cancelled.")
    transaction.on_commit(lambda: endings.follow(found))
    return found


def cancel_batch(batch: Batch, *, actor: str) -> None:
    """Cancel every job of a batch that has not ended."""
    for job_id in batch.jobs.filter(state__in=ACTIVE).values_list("pk", flat=True):
        lifecycle.cancel(job_id, actor=actor)
    transaction.on_commit(endings.sweep)


def retry(job: Job, *, actor: str) -> Job:
    """Start a failed or cancelled job again, with its parts; raise `WrongState` for any other."""
    with transaction.atomic():
        found = lifecycle.retry(job.pk, actor=actor)
        Batch.objects.filter(jobs=found.pk).update(finished_at=None)
        retry_many(Job.objects.parts_of(job).filter(state__in=RETRYABLE), actor=actor)
    transaction.on_commit(lambda: dispatch.offer_now(found))
    return found


def retry_many(jobs: Iterable[Job], *, actor: str) -> int:
    """Start jobs again that have failed or were cancelled; answer how many it was."""
    retried = 0
    for job in jobs:
        try:
            retry(job, actor=actor)
        except WrongState:
            continue  # somebody else was first
        retried += 1
    return retried


def _store(
    jobs: Sequence[Job],
    wanted: Sequence[Wanted],
    owner: AbstractBaseUser,
    organization: Organization,
) -> None:
    for job in [job for job in jobs if job.state == State.PENDING][:AT_ONCE]:
        # Marked before it is offered: a process that dies in between leaves a job whose message
        # is missing, which the relay sees; one UPDATE less for every other.
        job.published_at = timezone.now()
    alone = not any(one.terms.depends_on or one.terms.webhook_url for one in wanted)
    # What is one statement needs no transaction around it, whose begin and end are round trips.
    with nullcontext() if alone else transaction.atomic():
        prepare_for_job_urls(jobs, organization)
        guard = limits.guard(jobs, organization)
        lifecycle.submit(jobs, actor=owner.get_username(), guard=guard)
        _depend(zip(jobs, wanted, strict=True))
    transaction.on_commit(lambda: _publish(jobs))


def _depend(submissions: Iterable[tuple[Job, Wanted]]) -> None:
    edges = [
        Dependency(job_id=job.pk, parent_id=parent)
        for job, wanted in submissions
        for parent in wanted.terms.depends_on
    ]
    if edges:
        Dependency.objects.bulk_create(edges)
        Job.objects.filter(pk__in={edge.parent_id for edge in edges}).update(awaited=True)


def _publish(jobs: Sequence[Job]) -> None:
    dispatch.offer_all(job for job in jobs if job.published_at is not None)
    if any(job.state == State.WAITING for job in jobs):
        endings.release_waiting()  # what they wait for may have ended long ago


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


def _first_state(terms: Terms, now: datetime) -> State:
    if terms.depends_on:
        return State.WAITING
    return State.SCHEDULED if terms.run_at is not None and terms.run_at > now else State.PENDING
