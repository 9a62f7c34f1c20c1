"""Reading the SDK's streams of server-sent events."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.openai import errors

EVENT_STREAM = "text/event-stream"


def events(stream: Any, settings: ModelSettings) -> Iterator[Any]:
    """Give the events of a stream, and close its connection also when the reader stops early.

    Raises `InvalidOutput` where something else came with a status of success: a proxy's page, or
    events that are no objects.
    """
    with stream:
        if not stream.response.headers.get("content-type", "").startswith(EVENT_STREAM):
            raise errors.not_an_answer(settings.name)
        for event in stream:
            if not isinstance(event, BaseModel):
                raise errors.not_an_answer(settings.name)
            yield event
