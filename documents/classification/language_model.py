"""Classifies documents with a language model."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from documents.classification.defaults import DEFAULTS
from documents.classification.scoring import NO_TEXT, OTHER, Category, ClassificationResult
from documents.prompts import instructions
from jobs.ai.llm.models import LanguageModel, Prompt
from jobs.ai.llm.prompts import element

MAX_TEXT_CHARACTERS = 16_000
"""Of the text sent to the model: half from the beginning, the rest from middle and end."""
ANSWER_TOKENS = 2_000
MAX_REASON_CHARACTERS = 500
GAP = "\n\n[...]\n\n"
NOTHING_FITS = Category(name=OTHER, description="None of the other categories fits.")


class ModelVerdict(BaseModel):
    """The category of the document."""

    model_config = ConfigDict(extra="ignore")

    category: str
    confidence: float = Field(ge=0, le=1)
    # The schema states the limit, but validation does not enforce it (a longer reason is clipped):
    # a server that enforces the schema would let a small model write until it is cut off.
    reason: str = Field(json_schema_extra={"maxLength": MAX_REASON_CHARACTERS})


def classify(
    model: LanguageModel, text: str, categories: Sequence[Category]
) -> ClassificationResult:
    """Classify a text into the caller's categories, or the default ones.

    Makes one call, and a second one if the reply names none of the categories; then raises
    `InvalidOutput`.
    """
    if not text.strip():
        return NO_TEXT
    choice = [*(categories or DEFAULTS)]
    if OTHER not in {one.name for one in choice}:
        choice.append(NOTHING_FITS)
    given = [element("category", one.description, name=one.name) for one in choice]
    budget = min(MAX_TEXT_CHARACTERS, model.settings.max_prompt_characters(ANSWER_TOKENS))
    request = "\n\n".join([*given, element("document", clip(text, budget))])
    prompt = Prompt.of(instructions("classify.v1"), request)
    answer = model.complete_as(_one_of([one.name for one in choice]), prompt)
    return ClassificationResult(
        category=answer.category,
        confidence=answer.confidence,
        reason=answer.reason.strip()[:MAX_REASON_CHARACTERS],
    )


def clip(text: str, most: int) -> str:
    """Return the text; if too long, its beginning (half), middle and end, with marked cuts."""
    if len(text) <= most:
        return text
    quarter = max(1, (most - 2 * len(GAP)) // 4)
    middle = len(text) // 2 - quarter // 2
    pieces = (text[: 2 * quarter], text[middle : middle + quarter], text[-quarter:])
    return GAP.join(pieces)


def _one_of(names: Sequence[str]) -> type[ModelVerdict]:
    """Return the reply model whose category is one of these names."""
    choice: Any = Literal.__getitem__(tuple(names))
    return create_model("Verdict", __base__=ModelVerdict, category=(choice, ...))
