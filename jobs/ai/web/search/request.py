"""One call of a search provider, and the one place where its errors become ours."""

from typing import Any

from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    InvalidInput,
    InvalidOutput,
    RateLimited,
    TransientError,
)
from jobs.outbound.status import error_class, requested_wait

CONNECT_TIMEOUT = 10.0
"""Seconds."""
SPENT = {402, 432, 433}
"""The plan's searches or credits are used up; the last two are Tavily's own."""


def call(provider: str, method: str, url: str, *, timeout: float, **request: Any) -> Any:
    """Send a request, and give the JSON of its answer; `timeout` is seconds without a byte.

    Raises an `AttemptError`; its message never repeats what was sent.
    """
    import httpx2

    limits = httpx2.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
    try:
        with httpx2.Client(trust_env=False, timeout=limits) as client:
            answer = client.request(method, url, **request)
    except httpx2.TimeoutException:
        raise TransientError(f"The search provider {provider} did not answer in time.") from None
    except httpx2.RequestError as error:
        raise TransientError(f"The search provider {provider} cannot be reached.") from error
    if answer.status_code != 200:
        raise of_status(provider, answer.status_code, dict(answer.headers))
    try:
        return answer.json()
    except ValueError:
        raise not_an_answer(provider) from None


def of_status(provider: str, status: int, headers: dict[str, str]) -> AttemptError:
    """Map an HTTP status that is no success."""
    kind, wait = error_class(status), requested_wait(status, headers)
    if status in SPENT:
        return AuthenticationFailed(
            f"The search provider {provider} says that our plan is used up. "
            "An operator has to renew it."
        )
    if kind is AuthenticationFailed:
        return AuthenticationFailed(
            f"The search provider {provider} refused our credentials (HTTP {status}). An operator "
            "has to set its API key, or to allow the format `json` where it is SearXNG."
        )
    if kind is RateLimited:
        return RateLimited(f"The search provider {provider} asks us to wait.", wait)
    if kind is TransientError:
        return TransientError(f"The search provider {provider} failed (HTTP {status}).", wait)
    return InvalidInput(f"The search provider {provider} refused the search (HTTP {status}).")


def not_an_answer(provider: str) -> InvalidOutput:
    """Say that what came, with a status of success, is not an answer of the API."""
    return InvalidOutput(f"What came from the search provider {provider} is no answer of its API.")
