"""Runs one attempt of a claimed job: runs the handler, and writes the outcome."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from pydantic import ValidationError

from jobs import registry
from jobs.attempt.connections import ConnectionGuard
from jobs.attempt.lease import Keeper, Lease
from jobs.attempt.lease import keeper as process_keeper
from jobs.attempt.progress import Progress, ProgressListener
from jobs.attempt.reconnect import retry_on_disconnect
from jobs.context import JobContext
from jobs.dispatch import after_end, publish, window
from jobs.errors import (
    HandedBack,
    Interrupted,
    InvalidInput,
    JobCancelled,
    RateLimited,
    Snoozed,
    Split,
    TimedOut,
    TimeLimitReached,
    UnstorableOutput,
)
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT, Failure, failure_of
from jobs.lifecycle.functions import Claim
from jobs.lifecycle.storable import clean_text
from jobs.models import Job
from jobs.models.outages import is_outage
from jobs.models.states import Event, State
from jobs.redis import heartbeats
from jobs.registry import JobType
from jobs.worker import parts
from jobs.worker.exits import exit_forked_copies, raise_exit
from jobs.worker.output import dump_output

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class AttemptResult:
    """How an attempt ended."""

    job: Job | None
    """The new row of the job; `None` if the attempt could not claim it, or lost it."""
    failure: Failure | None = None
    next: Job | None = None
    """The job that was claimed in the transaction that completed this one."""
    has_claimed: bool = False
    """Whether that transaction claimed. Without `next`, the queue has no job for this process."""


NOT_OWNED = AttemptResult(job=None)
MAX_OUTAGE = timedelta(hours=1)
"""How long a finished attempt waits for the database. Meanwhile no other process can take its job;
if one takes it when the database is back, the fence refuses this outcome."""

NextClaim = Callable[[], Claim | None]
"""Returns what to claim in the transaction that completes a job; `None` for nothing."""


def run_claimed(
    job: Job,
    *,
    listener: ProgressListener,
    keeper: Keeper = process_keeper,
    next_claim: NextClaim = lambda: None,
) -> AttemptResult:
    """Run the claimed attempt of a job, and write its outcome.

    `listener` receives the progress, for Celery. Does not raise exceptions of the handler.
    """
    heartbeats.record_start(job.queue)
    publish.request_delivery_of(job)
    declared = registry.get(job.type)
    with keeper.hold(job, Progress(job, listener)) as lease:
        connections = ConnectionGuard()
        try:
            write_outcome = _run(job, declared, lease, next_claim)
            lease.settle()
        except Interrupted as interruption:
            lease.settle()
            write_outcome = _interrupted_outcome(job, declared, interruption)
        connections.close_changed(job.type)
        result = _write(job, declared, write_outcome)
    if result.job is not None:
        _follow_up(result.job)
    return result


def _follow_up(job: Job) -> None:
    if job.state == State.PENDING:
        window.fill(job.queue)
    after_end.follow_up(job)


OutcomeWriter = Callable[[], AttemptResult]
"""Writes the outcome of an attempt."""


def _run(job: Job, declared: JobType, lease: Lease, next_claim: NextClaim) -> OutcomeWriter:
    """Run the handler; return the writer of its outcome. Does not catch an `Interrupted`."""
    try:
        output = _run_handler(job, declared, lease)
    except BaseException as error:  # every exception of a handler is an outcome
        raise_exit(error, lease.interruption)
        return _failed_outcome(job, declared, error)
    return lambda: _complete(job, output, next_claim())


def _write(job: Job, declared: JobType, write_outcome: OutcomeWriter) -> AttemptResult:
    """Write the outcome. If the database refuses its values, the job fails for that reason."""
    try:
        return retry_on_disconnect(write_outcome, within=MAX_OUTAGE)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("job %s: the database refused the outcome of %s", job.pk, declared.name)
        reason = clean_text(str(error).partition("\n")[0], 300)
        refused = UnstorableOutput(f"The database refused the outcome of the job: {reason}.")
        refused.__cause__ = error
        write_refusal = _failed_outcome(job, declared, refused)
        return retry_on_disconnect(write_refusal, within=MAX_OUTAGE)


def _complete(job: Job, output: dict[str, Any], claim: Claim | None) -> AttemptResult:
    if claim is None:
        return AttemptResult(job=verbs.complete(job, output))
    try:
        completed, following = verbs.complete_and_claim(job, output, claim)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("job %s: completing it without claiming the next job", job.pk)
        return AttemptResult(job=verbs.complete(job, output))  # the next job may be the cause
    return AttemptResult(job=completed, next=following, has_claimed=True)


def _run_handler(job: Job, declared: JobType, lease: Lease) -> dict[str, Any]:
    try:
        data = declared.input.model_validate_json(json.dumps(job.input))
    except ValidationError as error:
        raise InvalidInput(f"The stored input no longer matches its schema: {error}") from error
    with exit_forked_copies():
        output = declared.handler(JobContext(job, lease), data)
    lease.progress.text.flush(force=True)
    return dump_output(declared, output)


def _interrupted_outcome(job: Job, declared: JobType, interruption: Interrupted) -> OutcomeWriter:
    if isinstance(interruption, TimeLimitReached):
        return _failed_outcome(job, declared, TimedOut(TIMED_OUT.message))
    if isinstance(interruption, JobCancelled):
        return lambda: AttemptResult(job=verbs.end_cancelled(job))
    if isinstance(interruption, HandedBack):
        return lambda: AttemptResult(job=verbs.hand_back(job))
    if isinstance(interruption, Snoozed):
        wait = interruption.wait
        return lambda: AttemptResult(job=verbs.snooze(job, wait))
    if isinstance(interruption, Split):
        inputs = interruption.inputs
        return lambda: AttemptResult(job=parts.split(job, inputs))
    log.warning("job %s: attempt %s stopped: %s", job.pk, job.attempt, interruption)
    return lambda: NOT_OWNED


def _failed_outcome(job: Job, declared: JobType, error: BaseException) -> OutcomeWriter:
    def write() -> AttemptResult:
        decision = declared.retry.decide(
            error,
            attempt=job.counted_attempt,
            max_attempts=job.max_attempts,
            age=_age(job) if isinstance(error, RateLimited) else timedelta(0),
        )
        if decision is None:
            failure = failure_of(error, retryable=not isinstance(error, InvalidInput))
            return AttemptResult(job=verbs.fail(job, failure), failure=failure)
        failure = failure_of(error, retryable=True)
        moved = verbs.back_off(job, failure, wait=decision.wait, uncounted=decision.uncounted)
        return AttemptResult(job=moved, failure=failure)

    return write


def _age(job: Job) -> timedelta:
    """Return the time from the first attempt to this one; an explicit retry starts anew."""
    retries = job.events.filter(kind=Event.RETRIED).order_by("-number").values("number")[:1]
    starts = job.events.filter(kind=Event.STARTED, number__gt=Coalesce(Subquery(retries), 0))
    first = starts.order_by("number").values_list("at", flat=True).first()
    return job.started_at - first if job.started_at and first else timedelta(0)
