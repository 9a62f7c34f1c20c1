"""Mapping of the errors of the `openai` SDK to those of `jobs.errors`."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from jobs.ai.llm.catalogue import ModelSettings
from jobs.errors import (
    AttemptError,
    AuthenticationFailed,
    ContextExceeded,
    InvalidInput,
    InvalidOutput,
    RateLimited,
    TransientError,
)
from jobs.outbound.status import UNAVAILABLE, error_class, requested_wait

if TYPE_CHECKING:
    from openai import APIError, APIStatusError

QUOTA_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
CONTEXT_EXCEEDED = re.compile(r"context[ _](length|size|window)|prompt is too long", re.IGNORECASE)
"""Matches the message: the error codes of providers differ, and some have none."""
UNAVAILABLE_WAIT = timedelta(seconds=10)
"""Wait before the next call of an unavailable server: a restarting one has to load its model."""
MAX_QUOTED_CHARACTERS = 300
"""Of a provider's message, in ours."""


@contextmanager
def map_errors(settings: ModelSettings) -> Iterator[None]:
    """Turn the errors that the SDK raises in this block into an `AttemptError`."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise status_error(settings.name, error) from error
    except openai.APITimeoutError as error:
        raise TransientError(f"The model {settings.name} did not respond in time.") from error
    except openai.APIConnectionError as error:
        raise TransientError(
            f"The model {settings.name} cannot be reached.", UNAVAILABLE_WAIT
        ) from error
    except (openai.APIResponseValidationError, json.JSONDecodeError) as error:
        raise invalid_response(settings.name) from error
    except openai.APIError as error:
        raise _stream_error(settings.name, error) from error


def status_error(model: str, error: "APIStatusError") -> AttemptError:
    kind = error_class(error.status_code)
    if _is_out_of_quota(error):
        return _quota_exceeded(model)
    if kind is AuthenticationFailed:
        return AuthenticationFailed(
            f"The provider of {model} rejected our credentials. An operator has to set its API key."
        )
    if kind is RateLimited:
        return RateLimited(f"The provider of {model} limits our request rate.", _wait(error))
    if kind is TransientError:
        return _transient_error(model, error)
    return _final_error(model, error)


def context_exceeded(model: str) -> ContextExceeded:
    return ContextExceeded(
        f"The request is too long for the model {model}. Send fewer or shorter texts, or choose a "
        "model with a larger context. If the request should have fitted, an operator has to "
        "correct the model's `context`."
    )


def invalid_response(model: str) -> InvalidOutput:
    """Return the error for a success status whose content is not a response of the API."""
    return InvalidOutput(
        f"The provider of {model} sent something other than a response of its API."
    )


def interrupted_answer(model: str) -> TransientError:
    """Return the error for a stream that ended before the answer did."""
    return TransientError(f"The connection to {model} ended in the middle of its answer.")


def _stream_error(model: str, error: "APIError") -> AttemptError:
    """Return the error that a stream reported after it began with a success status."""
    if error.code in QUOTA_CODES:
        return _quota_exceeded(model)
    if error.code == "rate_limit_exceeded":
        return RateLimited(f"The provider of {model} limits our request rate.")
    if CONTEXT_EXCEEDED.search(f"{error.code} {error.message}"):
        return context_exceeded(model)
    return TransientError(
        f"The provider of {model} failed: {error.message[:MAX_QUOTED_CHARACTERS]}"
    )


def _quota_exceeded(model: str) -> AuthenticationFailed:
    return AuthenticationFailed(
        f"The quota at the provider of {model} is used up. An operator has to renew it."
    )


def _transient_error(model: str, error: "APIStatusError") -> TransientError:
    status = error.status_code
    message = f"The provider of {model} failed (HTTP {status})."
    wait = max(UNAVAILABLE_WAIT, _wait(error)) if status in UNAVAILABLE else timedelta(0)
    return TransientError(message, wait)


def _final_error(model: str, error: "APIStatusError") -> InvalidInput:
    if CONTEXT_EXCEEDED.search(f"{error.code} {error.type} {error.message}"):
        return context_exceeded(model)
    status = error.status_code
    return InvalidInput(
        f"The provider of {model} rejected the request (HTTP {status}): "
        f"{error.message[:MAX_QUOTED_CHARACTERS]}"
    )


def _is_out_of_quota(error: "APIStatusError") -> bool:
    # some providers report an exhausted quota as a rate limit, but waiting does not help
    kinds = {error.code, error.type}
    return error.status_code == 402 or (error.status_code == 429 and bool(kinds & QUOTA_CODES))


def _wait(error: "APIStatusError") -> timedelta:
    return requested_wait(error.status_code, error.response.headers)
