"""When a failed attempt is tried again: a frozen policy with one pure question."""

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
)

NEVER_RETRIED = (InvalidInput, AuthenticationFailed, PartFailed, TimedOut)
INVALID_OUTPUT_ATTEMPTS = 2


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Try again after `wait`. An excused attempt is not counted against `max_attempts`."""

    wait: timedelta
    excused: bool = False


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often, how soon, and after which errors a job type is tried again."""

    max_attempts: int = 3
    """Attempts that count, the first one included."""
    base: timedelta = timedelta(seconds=2)
    """Upper bound of the wait after the first attempt; doubles with each further one."""
    cap: timedelta = timedelta(minutes=5)
    """Upper bound of every wait that a provider did not ask for."""
    retry_unknown: bool = True
    """Whether an exception that is none of ours (a bug, most likely) is tried again."""
    patience: timedelta = timedelta(hours=1)
    """Age of the job up to which a rate-limited attempt is excused."""

    def decide(
        self,
        error: Exception,
        *,
        attempt: int,
        max_attempts: int | None = None,
        age: timedelta = timedelta(0),
        jitter: Callable[[], float] = random.random,
    ) -> Retry | None:
        """Answer what follows when counted attempt number `attempt` failed with `error`.

        `age` is the time since the job was submitted, `max_attempts` overrides the policy's own,
        `jitter` gives numbers in [0, 1). Returns `None` where the job has failed for good.
        """
        backoff = self.backoff(attempt, jitter)
        if isinstance(error, RateLimited) and age < self.patience:
            return Retry(wait=max(error.retry_after, backoff), excused=True)
        if attempt >= (max_attempts or self.max_attempts) or not self._retries(error, attempt):
            return None
        return Retry(wait=max(getattr(error, "retry_after", timedelta(0)), backoff))

    def backoff(self, attempt: int, jitter: Callable[[], float] = random.random) -> timedelta:
        """Exponential back-off with full jitter.

        After "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: uniform in
        [0, min(cap, base * 2 ** (attempt - 1))).
        """
        ceiling: timedelta = min(self.cap, self.base * 2 ** min(attempt - 1, 30))
        return ceiling * jitter()

    def _retries(self, error: Exception, attempt: int) -> bool:
        if isinstance(error, NEVER_RETRIED):
            return False
        if isinstance(error, InvalidOutput):
            return attempt < INVALID_OUTPUT_ATTEMPTS
        return isinstance(error, AttemptError) or self.retry_unknown
