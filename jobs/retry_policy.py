"""Retry policies: whether and when a failed attempt is repeated."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    InvalidInput,
    InvalidOutput,
    PartFailed,
    RateLimited,
    TimedOut,
    UnstorableOutput,
)

NEVER_RETRIED = (InvalidInput, AuthenticationFailed, PartFailed, TimedOut, UnstorableOutput)
MAX_INVALID_OUTPUT_ATTEMPTS = 2


@dataclass(frozen=True, kw_only=True)
class RetryDecision:
    """Retry after `wait`. An uncounted attempt does not count against `max_attempts`."""

    wait: timedelta
    uncounted: bool = False


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often, how soon, and after which errors a job type is retried."""

    max_attempts: int = 3
    """Counted attempts, including the first one."""
    base_delay: timedelta = timedelta(seconds=2)
    """Upper bound of the wait after the first attempt; doubles with each further attempt."""
    max_delay: timedelta = timedelta(minutes=5)
    """Upper bound of every wait that was not requested by a provider."""
    retry_unknown: bool = True
    """Whether exceptions outside `jobs.errors`, which are bugs in most cases, are retried."""
    retry_window: timedelta = timedelta(hours=1)
    """Rate-limited attempts are uncounted for this long after the first attempt."""

    def decide(
        self,
        error: BaseException,
        *,
        attempt: int,
        max_attempts: int | None = None,
        age: timedelta = timedelta(0),
        jitter: Callable[[], float] = random.random,
    ) -> RetryDecision | None:
        """Decide what follows when counted attempt number `attempt` failed with `error`.

        `age` is the time since the first attempt, `max_attempts` overrides the policy's own
        value, and `jitter` returns numbers in [0, 1). Returns `None` if the job has failed.
        """
        backoff = self.backoff(attempt, jitter)
        if isinstance(error, RateLimited) and age < self.retry_window:
            return RetryDecision(wait=max(error.retry_after, backoff), uncounted=True)
        if attempt >= (max_attempts or self.max_attempts) or not self._is_retried(error, attempt):
            return None
        return RetryDecision(wait=max(getattr(error, "retry_after", timedelta(0)), backoff))

    def backoff(self, attempt: int, jitter: Callable[[], float] = random.random) -> timedelta:
        """Exponential back-off with full jitter.

        After "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: uniform in
        [0, min(max_delay, base_delay * 2 ** (attempt - 1))).
        """
        ceiling: timedelta = min(self.max_delay, self.base_delay * 2 ** min(attempt - 1, 30))
        return ceiling * jitter()

    def _is_retried(self, error: BaseException, attempt: int) -> bool:
        if isinstance(error, NEVER_RETRIED):
            return False
        if isinstance(error, InvalidOutput):
            return attempt < MAX_INVALID_OUTPUT_ATTEMPTS
        return isinstance(error, AttemptError) or self.retry_unknown
