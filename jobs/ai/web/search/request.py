"""Requests to a search provider, and the mapping of its errors to those of `jobs.errors`."""

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

CONNECT_TIMEOUT_SECONDS = 10.0
QUOTA_STATUSES = {402, 432, 433}
"""The searches or credits of the plan are used up. 432 and 433 are specific to Tavily."""


def send_request(provider: str, method: str, url: str, *, timeout: float, **request: Any) -> Any:
    """Send a request and return the JSON of the response. `timeout`: seconds without a byte.

    Raises an `AttemptError`, whose message contains no part of the request.
    """
    import httpx2

    limits = httpx2.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT_SECONDS))
    try:
        with httpx2.Client(trust_env=False, timeout=limits) as client:
            response = client.request(method, url, **request)
    except httpx2.TimeoutException:
        raise TransientError(f"The search provider {provider} did not respond in time.") from None
    except httpx2.RequestError as error:
        raise TransientError(f"The search provider {provider} cannot be reached.") from error
    if response.status_code != 200:
        raise status_error(provider, response.status_code, dict(response.headers))
    try:
        return response.json()
    except ValueError:
        raise invalid_response(provider) from None


def status_error(provider: str, status: int, headers: dict[str, str]) -> AttemptError:
    kind, wait = error_class(status), requested_wait(status, headers)
    if status in QUOTA_STATUSES:
        return AuthenticationFailed(
            f"The search provider {provider} reports that the plan is used up. "
            "An operator has to renew it."
        )
    if kind is AuthenticationFailed:
        return AuthenticationFailed(
            f"The search provider {provider} rejected our credentials (HTTP {status}). An operator "
            "has to set its API key or, for SearXNG, to allow the format `json`."
        )
    if kind is RateLimited:
        return RateLimited(f"The search provider {provider} limits our request rate.", wait)
    if kind is TransientError:
        return TransientError(f"The search provider {provider} failed (HTTP {status}).", wait)
    return InvalidInput(f"The search provider {provider} rejected the search (HTTP {status}).")


def invalid_response(provider: str) -> InvalidOutput:
    """Return the error for a success status whose content is not a response of the API."""
    return InvalidOutput(
        f"The search provider {provider} sent something other than a response of its API."
    )
