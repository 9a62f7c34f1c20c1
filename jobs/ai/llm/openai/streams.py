"""Reading the SDK's streams of server-sent events."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.openai import errors

EVENT_STREAM = "text/event-stream"


def read_events(stream: Any, settings: ModelSettings) -> Iterator[Any]:
    """Yield the events of a stream, and close its connection even if the consumer stops early.

    Raises `InvalidOutput` if a success status came with something else: a proxy's page, or events
    that are not objects.
    """
    with stream:
        if not stream.response.headers.get("content-type", "").startswith(EVENT_STREAM):
            raise errors.invalid_response(settings.name)
        for event in stream:
            if not isinstance(event, BaseModel):
                raise errors.invalid_response(settings.name)
            yield event
