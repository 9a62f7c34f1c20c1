"""One attempt: claim, run the handler, write the outcome."""

import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from pydantic import ValidationError

from jobs import registry
from jobs.attempt.lease import Keeper, Lease
from jobs.attempt.lease import keeper as process_keeper
from jobs.attempt.progress import Announce, Progress
from jobs.attempt.reconnect import retry_on_disconnect
from jobs.context import JobContext
from jobs.dispatch import after_end, publish
from jobs.errors import (
    HandedBack,
    Interrupted,
    InvalidInput,
    InvalidOutput,
    JobCancelled,
    Snoozed,
    Split,
    TimedOut,
)
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT, Failure, failure_of
from jobs.models import Job
from jobs.models.states import State
from jobs.redis import heartbeats
from jobs.registry import JobType
from jobs.retry_policy import RetryDecision
from jobs.worker import parts

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an attempt ended."""

    job: Job | None
    """The job as it is now; `None` if the attempt had nothing to run or had lost its job."""
    failure: Failure | None = None


NOTHING = Ending(job=None)


def run_attempt(
    job_id: uuid.UUID,
    attempt: int,
    *,
    worker: str,
    announce: Announce,
    keeper: Keeper = process_keeper,
) -> Ending:
    """Run attempt number `attempt` of a job, if it is to be had, and write its outcome.

    `announce` is told the progress, for Celery. Never raises for what a handler does.
    """
    lease_time = settings.JOBS_LEASE
    job = retry_on_disconnect(
        lambda: verbs.claim(job_id, attempt, worker=worker, lease=lease_time),
        within=lease_time,
    )
    if job is None:
        log.info("job %s: attempt %s is not to be had any more", job_id, attempt)
        return NOTHING
    heartbeats.record_start(job.queue)
    publish.ring_for(job)
    declared = registry.get(job.type)
    with keeper.hold(job, Progress(job, announce)) as lease:
        try:
            outcome = _outcome(job, declared, lease)
            lease.settle()
        except Interrupted as interruption:
            lease.settle()
            outcome = _interrupted(job, interruption)
        ending = retry_on_disconnect(outcome, within=lease_time)
    if ending.job is not None:
        _follow(ending.job)
    return ending


def _follow(job: Job) -> None:
    if job.state == State.PENDING:
        publish.offer_now(job)
    after_end.follow(job)


Outcome = Callable[[], Ending]
"""Writes what an attempt came to."""


def _outcome(job: Job, declared: JobType, lease: Lease) -> Outcome:
    """Run the handler; answer how its outcome is written. Passes an `Interrupted` on."""
    try:
        output = _run_handler(job, declared, lease)
    except SoftTimeLimitExceeded:
        return _failed(job, declared, TimedOut(TIMED_OUT.message))
    except Exception as error:  # whatever a handler raises is an outcome
        return _failed(job, declared, error)
    return lambda: Ending(job=verbs.complete(job, output))


def _run_handler(job: Job, declared: JobType, lease: Lease) -> dict[str, Any]:
    try:
        query = declared.input.model_validate_json(json.dumps(job.input))
    except ValidationError as error:
        raise InvalidInput(f"The stored input no longer matches its schema: {error}") from error
    result = declared.handler(JobContext(job, lease), query)
    lease.progress.text.flush(all=True)
    if not isinstance(result, declared.output):
        raise InvalidOutput(f"{declared.name} returned {type(result).__name__}, not its output")
    output: dict[str, Any] = result.model_dump(mode="json")
    return output


def _interrupted(job: Job, interruption: Interrupted) -> Outcome:
    if isinstance(interruption, JobCancelled):
        return lambda: Ending(job=verbs.end_cancelled(job))
    if isinstance(interruption, HandedBack):
        return lambda: Ending(job=verbs.hand_back(job))
    if isinstance(interruption, Snoozed):
        wait = interruption.wait
        return lambda: Ending(job=verbs.snooze(job, wait))
    if isinstance(interruption, Split):
        inputs = interruption.inputs
        return lambda: Ending(job=parts.split(job, inputs))
    log.warning("job %s: attempt %s stopped: %s", job.pk, job.attempt, interruption)
    return lambda: NOTHING


def _failed(job: Job, declared: JobType, error: Exception) -> Outcome:
    decision = declared.retry.decide(
        error,
        attempt=job.counted_attempt,
        max_attempts=job.max_attempts,
        age=_age(job),
    )
    if decision is None:
        failure = failure_of(error, retryable=not isinstance(error, InvalidInput))
        return lambda: Ending(job=verbs.fail(job, failure), failure=failure)
    return _try_again(job, decision, failure_of(error, retryable=True))


def _try_again(job: Job, decision: RetryDecision, failure: Failure) -> Outcome:
    def write() -> Ending:
        moved = verbs.back_off(job, failure, wait=decision.wait, uncounted=decision.uncounted)
        return Ending(job=moved, failure=failure)

    return write


def _age(job: Job) -> timedelta:
    return job.started_at - job.created_at if job.started_at else timedelta(0)
