"""What a worker process does with a message: it runs the next job, and then short ones after it.

A message names a job and its type. The process claims the first job of the queue, whichever it is
by now. If that job ends within a moment, the process goes on with the next one of the same type,
without another message. See docs/decisions/0028-claim-in-postgresql.md.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.conf import settings

from jobs import registry
from jobs.attempt.lease import Keeper, shutdown_at
from jobs.attempt.lease import keeper as process_keeper
from jobs.attempt.progress import ProgressListener
from jobs.attempt.reconnect import retry_on_disconnect
from jobs.dispatch import run_limits, window
from jobs.lifecycle import verbs
from jobs.lifecycle.functions import Claim
from jobs.models import Job
from jobs.worker.runner import NOT_OWNED, AttemptResult, run_claimed

MAX_LOOP_SECONDS = 1.0
"""A process starts no further job for the same message after this time."""


@dataclass(kw_only=True)
class JobLoop:
    """The jobs that a process runs for one message."""

    queue: str
    type: str
    named: uuid.UUID
    """The job in the message."""
    worker: str
    make_listener: Callable[[Job], ProgressListener]
    """Returns the receiver of a job's progress."""
    on_start: Callable[[Job], None] = lambda job: None
    on_end: Callable[[Job, AttemptResult], None] = lambda job, result: None
    keeper: Keeper = process_keeper
    max_seconds: float = MAX_LOOP_SECONDS
    _started_at: float = field(default_factory=time.monotonic)

    def run(self) -> AttemptResult:
        """Run the jobs, publish what is next in line, and return the result of the named job."""
        own, left_over = NOT_OWNED, 0
        job = self._claim(replace(self._next, named=self.named))
        if job is None:
            window.publish_head(self.queue)
        while job is not None:
            self.on_start(job)
            result = run_claimed(
                job,
                listener=self.make_listener(job),
                keeper=self.keeper,
                next_claim=self._next_claim,
            )
            self.on_end(job, result)
            if job.pk == self.named:
                own = result
            claim = None if result.has_claimed else self._next_claim()
            job = self._claim(claim) if claim else result.next
            if job is not None and job.published_at is not None:
                left_over += 1  # its message is still at the broker
        window.fill(self.queue, left_over=left_over, type=self.type)
        return own

    @cached_property
    def _next(self) -> Claim:
        return Claim(
            queue=self.queue,
            type=self.type,
            worker=self.worker,
            lease=settings.JOBS_LEASE,
            known_types=registry.names(),
            limits=run_limits.rules(),
        )

    def _next_claim(self) -> Claim | None:
        is_over = time.monotonic() - self._started_at >= self.max_seconds
        return None if is_over or shutdown_at.value > 0 else self._next

    def _claim(self, claim: Claim) -> Job | None:
        return retry_on_disconnect(lambda: verbs.claim_next(claim), within=claim.lease)
