"""The wire `responses`: POST /responses, OpenAI's newer format."""

from collections.abc import Iterator
from typing import Any

from jobs.ai.llm.catalogue import ModelSettings
from jobs.ai.llm.conversation import Completion, Prompt, PromptMessage
from jobs.ai.llm.openai import errors
from jobs.ai.llm.openai.client import get_client, make_completion
from jobs.ai.llm.openai.streams import read_events
from jobs.errors import TransientError

FINISHED_STATUSES = {"completed", "incomplete"}


class ResponsesWire:
    """A model behind the responses API."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    def stream(self, prompt: Prompt) -> Iterator[str | Completion]:
        """Send a prompt, yield the text of the answer piece by piece, and last the `Completion`."""
        text, response = "", None
        with errors.map_errors(self._settings):
            stream: Any = get_client(self._settings).responses.create(**self._request(prompt))
            for event in read_events(stream, self._settings):
                piece = event.delta if event.type == "response.output_text.delta" else ""
                text += piece
                yield piece
                response = getattr(event, "response", None) or response
        if response is None or response.status not in FINISHED_STATUSES | {"failed"}:
            raise errors.interrupted_answer(self._settings.name)
        yield self._completion(text, response)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._settings.model or self._settings.name,
            "input": [_message(message) for message in prompt.messages],
            "stream": True,
            "store": False,
        }
        if prompt.temperature is not None:
            request["temperature"] = prompt.temperature
        if prompt.max_tokens is not None:
            request["max_output_tokens"] = prompt.max_tokens
        if prompt.schema is not None and self._settings.json_schema:
            shape = {"type": "json_schema", "name": "answer", "schema": prompt.schema}
            request["text"] = {"format": shape}
        return request

    def _completion(self, text: str, response: Any) -> Completion:
        if response.status not in FINISHED_STATUSES:
            raise TransientError(
                f"The provider of {self._settings.name} reported that the response failed."
            )
        usage = response.usage
        used = (usage.input_tokens, usage.output_tokens) if usage else (0, 0)
        return make_completion(
            self._settings, text, used, truncated=response.status == "incomplete"
        )


def _message(message: PromptMessage) -> dict[str, Any]:
    # The format allows plain text as well, but llama.cpp's server rejects it from an assistant.
    kind = "output_text" if message.role == "assistant" else "input_text"
    images = [{"type": "input_image", "image_url": image.data_url} for image in message.images]
    content = [{"type": kind, "text": message.text}, *images]
    return {"type": "message", "role": message.role, "content": content}
