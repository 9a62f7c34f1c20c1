"""Submit jobs: validate, admit, store, publish."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from jobs import registry
from jobs.dispatch import after_end, publish, run_limits, window
from jobs.errors import Fault, InvalidSubmission, UnknownJobType
from jobs.lifecycle import verbs
from jobs.models import Batch, Dependency, Job, Organization
from jobs.models.clock import database_clock
from jobs.models.states import State
from jobs.submission import admission, debounce, uniqueness
from jobs.submission.debounce import Debounce
from jobs.submission.uniqueness import Unique
from jobs.submission.validation import prefix_fault, validate
from jobs.webhooks.endpoints import check_url, ensure_webhook_of_job_urls

MAX_BATCH_JOBS = 1000


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """Options of a submission, besides type and input."""

    priority: int | None = None
    """0-9; higher runs first. Default: the priority of the type."""
    run_at: datetime | None = None
    """Earliest start."""
    depends_on: tuple[uuid.UUID, ...] = ()
    """Jobs that must complete first. The handler can read their outputs."""
    runs_after_failure: bool = False
    """Run even if a dependency failed or was cancelled; otherwise this job is cancelled."""
    labels: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    """Subject that limits can count by."""
    max_attempts: int | None = None
    webhook_url: str = ""
    """Receives the events of this job, in addition to the webhooks of the organization."""
    retention: timedelta | None = None
    """How long the job is stored after its end. Default: the retention of the type."""
    unique: Unique | None = None
    """Return an existing job that matches, instead of storing this one."""
    debounce: Debounce | None = None
    """Replace the input of the waiting job with the same key, instead of storing this one."""


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """A job to submit."""

    type: str
    input: Mapping[str, Any]
    options: JobOptions = JobOptions()
    pointer: str = "/input"
    """JSON pointer to the input in the request body, for faults; "" if it is the whole body."""


def submit_job(
    type: str,
    input: Mapping[str, Any],
    *,
    owner: AbstractBaseUser,
    organization: Organization,
    options: JobOptions = JobOptions(),
    pointer: str = "/input",
) -> Job:
    """Store a job and publish it to the workers; it is durable when this returns.

    With `unique` or `debounce`, it may return an existing job, whose `is_found` is true. Raises
    `UnknownJobType`, `InvalidSubmission` or `LimitReached`; then nothing was stored. If the broker
    is unavailable, the relay publishes the job later. `pointer` is that of `JobRequest`.
    """
    request = JobRequest(type=type, input=input, options=options, pointer=pointer)
    job = build_job(request, owner, organization)
    if options.unique is None and options.debounce is None:
        _store([job], [request], owner, organization)
        return job
    with transaction.atomic():
        if options.debounce is not None:
            actor = owner.get_username()
            found = debounce.postpone_existing(job, options.debounce, actor=actor)
        else:
            found = uniqueness.find_existing([job], [options.unique]).get(0)
        if found is None:
            _store([job], [request], owner, organization)
    if found is not None:
        found.is_found = True
    return found or job


def submit_batch(
    requests: Sequence[JobRequest], *, owner: AbstractBaseUser, organization: Organization
) -> Batch:
    """Store jobs together, all or none, and publish them to the workers.

    A unique job that matches an existing one, or an earlier one of the batch, is not stored;
    `found` of the batch has the matching job by position. Raises like `submit_job`; the pointers of
    faults begin with the position of the job.
    """
    if not 1 <= len(requests) <= MAX_BATCH_JOBS:
        raise InvalidSubmission(
            f"A batch must have 1 to {MAX_BATCH_JOBS} jobs, not {len(requests)}."
        )
    jobs, faults = [], []
    for position, request in enumerate(requests):
        try:
            _check_in_batch(request.options)
            jobs.append(build_job(request, owner, organization))
        except InvalidSubmission as refused:
            faults += [prefix_fault(f"/jobs/{position}", fault) for fault in refused.faults]
        except UnknownJobType as unknown:
            pointer = f"/jobs/{position}/type"
            faults.append(Fault(pointer=pointer, code=unknown.code, detail=unknown.message))
    if faults:
        raise InvalidSubmission("Some jobs of the batch are not valid.", faults)
    with transaction.atomic():
        found = uniqueness.find_existing(jobs, [request.options.unique for request in requests])
        new = [position for position in range(len(jobs)) if position not in found]
        batch = Batch.objects.create(organization=organization, owner_id=owner.pk, total=len(new))
        for position in new:
            jobs[position].batch = batch
        _store(
            [jobs[position] for position in new],
            [requests[position] for position in new],
            owner,
            organization,
        )
    batch.found = {position: job.pk for position, job in found.items()}
    return batch


def build_job(request: JobRequest, owner: AbstractBaseUser, organization: Organization) -> Job:
    """Build the row of a job from its request and the defaults of its type, without storing it.

    Raises `UnknownJobType` or `InvalidSubmission`.
    """
    now = database_clock.now()
    declared, options = registry.get(request.type), _delay_debounced(request.options, now)
    validated = validate(declared, request.input, organization.pk, pointer=request.pointer)
    _check_dependencies(options.depends_on, organization)
    if options.webhook_url:
        check_url(options.webhook_url, "/webhook_url")
    state = _first_state(options, now)
    job = Job(
        organization=organization,
        owner=owner,  # type: ignore[misc]  # the user model is the installation's
        type=declared.name,
        queue=declared.queue,
        priority=declared.priority if options.priority is None else options.priority,
        state=state,
        input=validated,
        labels=dict(options.labels),
        subject=options.subject,
        max_attempts=options.max_attempts or declared.retry.max_attempts,
        runs_after_failure=options.runs_after_failure,
        webhook_url=options.webhook_url,
        unique_key=options.unique.key_for(validated) if options.unique else None,
        debounce_key=options.debounce.key if options.debounce else None,
        timeout=declared.timeout,
        grace=declared.grace,
        pending_timeout=declared.pending_timeout,
        keep_completed=options.retention or declared.retention.completed,
        keep_failed=options.retention or declared.retention.failed,
        run_at=options.run_at if options.run_at is not None else now,
        pending_until=now + declared.pending_timeout if state == State.PENDING else None,
    )
    job.limit_keys = run_limits.keys_of(declared, job)
    job.new_dependencies = options.depends_on
    return job


def _store(
    jobs: Sequence[Job],
    requests: Sequence[JobRequest],
    owner: AbstractBaseUser,
    organization: Organization,
) -> None:
    is_single_statement = not any(
        request.options.depends_on or request.options.webhook_url for request in requests
    )
    # A single statement needs no transaction, whose begin and end are round trips.
    with nullcontext() if is_single_statement else transaction.atomic():
        ensure_webhook_of_job_urls(jobs, organization)
        guard = admission.build_guard(jobs, organization)
        # Jobs are marked as published before they are. If the process dies in between, the messages
        # are missing, and the relay notices that.
        windows = window.sizes_of(job.queue for job in jobs)
        actor = owner.get_username()
        verbs.submit(jobs, actor=actor, guard=guard, windows=windows, remembered=organization)
        _store_dependencies(zip(jobs, requests, strict=True))
    transaction.on_commit(lambda: _publish(jobs))


def _store_dependencies(submissions: Iterable[tuple[Job, JobRequest]]) -> None:
    dependencies = [
        Dependency(job_id=job.pk, depends_on_id=job_id)
        for job, request in submissions
        for job_id in request.options.depends_on
    ]
    if dependencies:
        Dependency.objects.bulk_create(dependencies)
        required = {dependency.depends_on_id for dependency in dependencies}
        Job.objects.filter(pk__in=required).update(has_dependants=True)


def _publish(jobs: Sequence[Job]) -> None:
    publish.publish_jobs(job for job in jobs if job.published_at is not None)
    if any(job.state == State.WAITING for job in jobs):
        after_end.release_waiting()  # the dependencies may have ended already


def _check_dependencies(job_ids: Sequence[uuid.UUID], organization: Organization) -> None:
    known = set(
        Job.objects.of(organization).filter(pk__in=job_ids).values_list("pk", flat=True)
        if job_ids
        else ()
    )
    faults = [
        Fault(pointer=f"/depends_on/{n}", code="not_found", detail=f"There is no job {job_id}.")
        for n, job_id in enumerate(job_ids)
        if job_id not in known
    ]
    if len(set(job_ids)) < len(job_ids):
        detail = "A job ID occurs twice. List it once."
        faults.append(Fault(pointer="/depends_on", code="duplicate", detail=detail))
    if faults:
        raise InvalidSubmission("Some dependencies are not valid.", faults)


def _delay_debounced(options: JobOptions, now: datetime) -> JobOptions:
    """Return options with the start that `debounce` asks for; raises `InvalidSubmission`."""
    if options.debounce is None:
        return options
    excluded = [name for name in ("run_at", "depends_on", "unique") if getattr(options, name)]
    if excluded:
        detail = f"`debounce` excludes {' and '.join(f'`{name}`' for name in excluded)}."
        fault = Fault(pointer="/debounce", code="too_many", detail=detail)
        raise InvalidSubmission("The options exclude each other.", [fault])
    return replace(options, run_at=options.debounce.first_start(now))


def _check_in_batch(options: JobOptions) -> None:
    if options.debounce is not None:
        detail = "A job of a batch cannot be debounced. Submit it alone."
        fault = Fault(pointer="/debounce", code="invalid", detail=detail)
        raise InvalidSubmission("The options are not valid in a batch.", [fault])


def _first_state(options: JobOptions, now: datetime) -> State:
    if options.depends_on:
        return State.WAITING
    return State.SCHEDULED if options.run_at is not None and options.run_at > now else State.PENDING
