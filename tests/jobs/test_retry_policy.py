"""The retry policy as a table: error and attempt give a wait or an end."""

from datetime import timedelta

import pytest

from jobs.errors import (
    AuthenticationFailed,
    InvalidInput,
    InvalidOutput,
    RateLimited,
    TimedOut,
    TransientError,
)
from jobs.retry_policy import RetryDecision, RetryPolicy

POLICY = RetryPolicy(
    max_attempts=3, base_delay=timedelta(seconds=2), max_delay=timedelta(seconds=10)
)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("error", "attempt", "expected"),
    [
        (TransientError("x"), 1, RetryDecision(wait=seconds(1))),
        (TransientError("x"), 2, RetryDecision(wait=seconds(2))),
        (TransientError("x"), 3, None),
        (ValueError("a bug"), 1, RetryDecision(wait=seconds(1))),
        (ValueError("a bug"), 3, None),
        (InvalidOutput("x"), 1, RetryDecision(wait=seconds(1))),
        (InvalidOutput("x"), 2, None),
        (InvalidInput("x"), 1, None),
        (AuthenticationFailed("x"), 1, None),
        (TimedOut("x"), 1, None),
        (RateLimited("x", seconds(30)), 1, RetryDecision(wait=seconds(30), uncounted=True)),
        (RateLimited("x", seconds(30)), 3, RetryDecision(wait=seconds(30), uncounted=True)),
    ],
)
def test_the_error_class_decides_about_a_retry(
    error: Exception, attempt: int, expected: RetryDecision | None
) -> None:
    assert POLICY.decide(error, attempt=attempt, jitter=lambda: 0.5) == expected


def test_a_rate_limited_job_fails_after_its_retry_window() -> None:
    error = RateLimited("x", seconds(30))
    old = POLICY.retry_window + seconds(1)
    assert POLICY.decide(error, attempt=3, age=old) is None
    assert POLICY.decide(error, attempt=1, age=old, jitter=lambda: 0.0) == RetryDecision(
        wait=seconds(30)
    )


def test_a_policy_may_give_up_on_bugs() -> None:
    policy = RetryPolicy(retry_unknown=False)
    assert policy.decide(ValueError("a bug"), attempt=1) is None
    assert policy.decide(TransientError("x"), attempt=1) is not None


def test_a_submission_may_ask_for_fewer_attempts() -> None:
    assert POLICY.decide(TransientError("x"), attempt=1, max_attempts=1) is None


@pytest.mark.parametrize("attempt", [1, 2, 3, 10, 1000])
def test_back_off_grows_and_is_capped(attempt: int) -> None:
    ceiling = min(10, 2 * 2 ** min(attempt - 1, 30))
    assert POLICY.backoff(attempt, jitter=lambda: 1.0) == seconds(ceiling)
    assert POLICY.backoff(attempt, jitter=lambda: 0.0) == seconds(0)
