"""Answers of a given shape: the model is told the JSON Schema, and gets one chance to repair."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from jobs.ai.llm.conversation import Completion, Prompt
from jobs.errors import ContextExceeded, InvalidOutput

Shape = TypeVar("Shape", bound=BaseModel)
Ask = Callable[[Prompt], Completion]

SHAPED = "Answer with one JSON object that fits this JSON Schema, and nothing else:\n{schema}"
CUT = "it was cut off at the longest answer (max_tokens); it has to be shorter"
REPAIR = "That does not fit the schema: {fault}\nAnswer again with the corrected JSON only."
WRONG = (
    "The model {model} gave no answer of the shape that was asked for: {fault}. Try again, ask for "
    "less at once, or choose another model."
)
FAULTS_TOLD = 5
MOST_REPEATED = 20_000
"""Characters of an answer that a model is shown again: they are paid, and have to fit."""


def complete_as(ask: Ask, shape: type[Shape], prompt: Prompt) -> Shape:
    """Ask for JSON that fits `shape`; after one repair raise `InvalidOutput`."""
    schema = shape.model_json_schema()
    told = SHAPED.format(schema=json.dumps(schema, separators=(",", ":")))
    shaped = replace(prompt.instructed(told), schema=schema)
    answer = ask(shaped)
    try:
        return read(shape, answer.text)
    except ValidationError as error:
        fault = _fault(answer, error)
        repair = shaped.followed_by(answer.text[:MOST_REPEATED], REPAIR.format(fault=fault))
    try:
        answer = ask(repair)
        return read(shape, answer.text)
    except ContextExceeded as error:
        raise InvalidOutput(WRONG.format(model=answer.model, fault=fault)) from error
    except ValidationError as error:
        fault = _fault(answer, error)
        raise InvalidOutput(WRONG.format(model=answer.model, fault=fault)) from error


def read(shape: type[Shape], text: str) -> Shape:
    """Validate a model's answer; a Markdown fence around it is taken off."""
    return shape.model_validate_json(unfenced(text))


def unfenced(text: str) -> str:
    """Take a Markdown code fence (```) off an answer that is wrapped in one."""
    stripped = text.strip()
    if not (stripped.startswith("```") and stripped.endswith("```") and "\n" in stripped):
        return stripped
    return stripped[stripped.index("\n") : -3].strip()


def _fault(answer: Completion, error: ValidationError) -> str:
    """Say what is wrong, in few words and without repeating the answer."""
    if answer.truncated:
        return CUT
    found = error.errors(include_url=False, include_context=False, include_input=False)
    said = [f"{'.'.join(map(str, one['loc'])) or 'it'}: {one['msg'].rstrip('.')}" for one in found]
    return "; ".join(said[:FAULTS_TOLD])
