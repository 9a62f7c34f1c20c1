"""Structured output: answers that fit a JSON Schema, which the model may repair once."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from jobs.ai.llm.conversation import Completion, Prompt
from jobs.errors import ContextExceeded, InvalidOutput

Shape = TypeVar("Shape", bound=BaseModel)
Complete = Callable[[Prompt], Completion]

SCHEMA_INSTRUCTIONS = (
    "Answer with one JSON object that fits this JSON Schema, and nothing else:\n{schema}"
)
TRUNCATED = "it was cut off at the length limit (max_tokens); it has to be shorter"
REPAIR_REQUEST = "That does not fit the schema: {fault}\nAnswer again with the corrected JSON only."
INVALID_ANSWER = (
    "The answer of the model {model} does not fit the requested schema: {fault}. Try again, "
    "request less at once, or choose another model."
)
MAX_FAULTS = 5
MAX_REPEATED_CHARACTERS = 20_000
"""Of an invalid answer, in the repair request: repeated text costs tokens and has to fit."""


def complete_as(complete: Complete, shape: type[Shape], prompt: Prompt) -> Shape:
    """Return an answer validated as `shape`. Raises `InvalidOutput` if one repair fails too."""
    schema = shape.model_json_schema()
    addition = SCHEMA_INSTRUCTIONS.format(schema=json.dumps(schema, separators=(",", ":")))
    with_schema = replace(prompt.with_instructions(addition), schema=schema)
    answer = complete(with_schema)
    try:
        return parse(shape, answer.text)
    except ValidationError as error:
        fault = _fault(answer, error)
        repair = with_schema.with_reply(
            answer.text[:MAX_REPEATED_CHARACTERS], REPAIR_REQUEST.format(fault=fault)
        )
    try:
        answer = complete(repair)
        return parse(shape, answer.text)
    except ContextExceeded as error:
        raise InvalidOutput(INVALID_ANSWER.format(model=answer.model, fault=fault)) from error
    except ValidationError as error:
        fault = _fault(answer, error)
        raise InvalidOutput(INVALID_ANSWER.format(model=answer.model, fault=fault)) from error


def parse(shape: type[Shape], text: str) -> Shape:
    """Validate an answer, without the Markdown fence around it. Raises `ValidationError`."""
    return shape.model_validate_json(strip_fence(text))


def strip_fence(text: str) -> str:
    """Remove the Markdown code fence (```) around an answer, if there is one."""
    stripped = text.strip()
    if not (stripped.startswith("```") and stripped.endswith("```") and "\n" in stripped):
        return stripped
    return stripped[stripped.index("\n") : -3].strip()


def _fault(answer: Completion, error: ValidationError) -> str:
    """Return a short description of the errors, without the content of the answer."""
    if answer.truncated:
        return TRUNCATED
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg'].rstrip('.')}" for e in errors]
    return "; ".join(faults[:MAX_FAULTS])
