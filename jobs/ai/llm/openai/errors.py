"""The one place where errors of the `openai` SDK become errors of `jobs.errors`."""

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
TOO_LONG = re.compile(r"context[ _](length|size|window)|prompt is too long", re.IGNORECASE)
"""How providers word it; their codes for it differ, and some have none."""
AWAY = timedelta(seconds=10)
"""How long a server that is away is left alone: one that starts again has a model to load."""
QUOTED = 300
"""Characters of a provider's message that are passed on."""


@contextmanager
def mapped(settings: ModelSettings) -> Iterator[None]:
    """Turn what the SDK raises in this block into an `AttemptError`."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise of_status(settings.name, error) from error
    except openai.APITimeoutError as error:
        raise TransientError(f"The model {settings.name} did not answer in time.") from error
    except openai.APIConnectionError as error:
        raise TransientError(f"The model {settings.name} cannot be reached.", AWAY) from error
    except (openai.APIResponseValidationError, json.JSONDecodeError) as error:
        raise not_an_answer(settings.name) from error
    except openai.APIError as error:
        raise _reported(settings.name, error) from error


def of_status(model: str, error: "APIStatusError") -> AttemptError:
    """Map an HTTP error status."""
    kind = error_class(error.status_code)
    if _out_of_quota(error):
        return AuthenticationFailed(
            f"The provider of {model} says that the quota is used up. An operator has to renew it."
        )
    if kind is AuthenticationFailed:
        return AuthenticationFailed(
            f"The provider of {model} refused our credentials. An operator has to set its API key."
        )
    if kind is RateLimited:
        return RateLimited(f"The provider of {model} asks us to wait.", _wait(error))
    if kind is TransientError:
        return _for_now(model, error)
    return _for_good(model, error)


def too_long(model: str) -> ContextExceeded:
    """Say that a prompt does not fit into the model."""
    return ContextExceeded(
        f"The request is longer than the model {model} can take. Send fewer or shorter texts, or "
        "choose a model with a larger context. Where it should have fitted, an operator has to "
        "correct the model's `context`."
    )


def not_an_answer(model: str) -> InvalidOutput:
    """Say that what came, with a status of success, is not an answer of the API."""
    return InvalidOutput(f"What came from the provider of {model} is not an answer of its API.")


def cut_off(model: str) -> TransientError:
    """Say that a stream ended before the model had."""
    return TransientError(f"The answer of {model} broke off.")


def _reported(model: str, error: "APIError") -> AttemptError:
    """Map an error that a stream reports after it began with a status of success."""
    if error.code in QUOTA_CODES:
        return AuthenticationFailed(f"The provider of {model} says that the quota is used up.")
    if error.code == "rate_limit_exceeded":
        return RateLimited(f"The provider of {model} asks us to wait.")
    if TOO_LONG.search(f"{error.code} {error.message}"):
        return too_long(model)
    return TransientError(f"The provider of {model} failed: {error.message[:QUOTED]}")


def _for_now(model: str, error: "APIStatusError") -> TransientError:
    status = error.status_code
    said = f"The provider of {model} failed (HTTP {status})."
    wait = max(AWAY, _wait(error)) if status in UNAVAILABLE else timedelta(0)
    return TransientError(said, wait)


def _for_good(model: str, error: "APIStatusError") -> InvalidInput:
    if TOO_LONG.search(f"{error.code} {error.type} {error.message}"):
        return too_long(model)
    status = error.status_code
    return InvalidInput(
        f"The provider of {model} refused the request (HTTP {status}): {error.message[:QUOTED]}"
    )


def _out_of_quota(error: "APIStatusError") -> bool:
    # A quota that is used up arrives as a rate limit, and waiting would not help.
    kinds = {error.code, error.type}
    return error.status_code == 402 or (error.status_code == 429 and bool(kinds & QUOTA_CODES))


def _wait(error: "APIStatusError") -> timedelta:
    return requested_wait(error.status_code, error.response.headers)
