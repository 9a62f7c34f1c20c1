"""The SDK's client of a model."""

from functools import lru_cache
from typing import TYPE_CHECKING

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.conversation import Completion

if TYPE_CHECKING:
    from openai import OpenAI

CONNECT_TIMEOUT = 10.0
"""Seconds."""
NO_KEY = "none"
"""Servers of one's own want no key; the SDK does."""


@lru_cache(maxsize=16)
def client(settings: ModelSettings) -> "OpenAI":
    """Give this process's client of a model.

    Without retries of its own: it would sleep in the worker, where the job's policy can wait.
    """
    from openai import OpenAI, Timeout

    return OpenAI(
        base_url=settings.base_url,
        api_key=settings.api_key or NO_KEY,
        timeout=Timeout(settings.timeout, connect=min(settings.timeout, CONNECT_TIMEOUT)),
        max_retries=0,
    )


def completion(
    settings: ModelSettings, text: str, used: tuple[int, int], *, truncated: bool
) -> Completion:
    """Make the completion of a call that used `(prompt, completion)` tokens."""
    return Completion(
        text=text,
        model=settings.name,
        prompt_tokens=used[0],
        completion_tokens=used[1],
        cost_usd=settings.price.of(*used),
        truncated=truncated,
    )
