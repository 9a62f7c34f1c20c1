"""The SDK's client for a model, and the completion of a call."""

from functools import lru_cache
from typing import TYPE_CHECKING

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.conversation import Completion

if TYPE_CHECKING:
    from openai import OpenAI

CONNECT_TIMEOUT_SECONDS = 10.0
PLACEHOLDER_KEY = "none"
"""Self-hosted servers need no key, but the SDK requires one."""


@lru_cache(maxsize=16)
def get_client(settings: ModelSettings) -> "OpenAI":
    """Return the client for a model, one per process.

    The SDK's own retries are off: they would sleep in the worker, while the retry policy of the job
    waits without occupying it.
    """
    from openai import OpenAI, Timeout

    return OpenAI(
        base_url=settings.base_url,
        api_key=settings.api_key or PLACEHOLDER_KEY,
        timeout=Timeout(settings.timeout, connect=min(settings.timeout, CONNECT_TIMEOUT_SECONDS)),
        max_retries=0,
    )


def make_completion(
    settings: ModelSettings, text: str, used: tuple[int, int], *, truncated: bool
) -> Completion:
    """Return the completion of a call; `used` is its number of prompt and completion tokens."""
    return Completion(
        text=text,
        model=settings.name,
        prompt_tokens=used[0],
        completion_tokens=used[1],
        cost_usd=settings.price.cost(*used),
        truncated=truncated,
    )
