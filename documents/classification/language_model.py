"""What kind of document a text is, by a language model: one of the categories, or a refusal."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from documents.classification.defaults import DEFAULTS
from documents.classification.scoring import NO_TEXT, OTHER, Category, Classification
from documents.prompts import instructions
from jobs.ai.llm.models import LanguageModel, Prompt
from jobs.ai.llm.prompts import element

MOST = 16_000
"""Characters of a text that the model is shown: half from its beginning, and middle and end."""
ANSWER_TOKENS = 2_000
LONGEST_REASON = 500
GAP = "\n\n[...]\n\n"
NOTHING_FITS = Category(name=OTHER, description="None of the other categories fits.")


class Verdict(BaseModel):
    """What the model answers."""

    model_config = ConfigDict(extra="ignore")

    category: str
    confidence: float = Field(ge=0, le=1)
    # The longest is told, and what is longer is clipped: a server that holds the model to a schema
    # would let a small one go on until it is cut off.
    reason: str = Field(json_schema_extra={"maxLength": LONGEST_REASON})


def classify(model: LanguageModel, text: str, categories: Sequence[Category]) -> Classification:
    """Ask what kind of document this is, of the caller's categories or else of the default ones.

    One call, and one more where its answer is not one of the categories; then `InvalidOutput`.
    """
    if not text.strip():
        return NO_TEXT
    choice = [*(categories or DEFAULTS)]
    if OTHER not in {one.name for one in choice}:
        choice.append(NOTHING_FITS)
    given = [element("category", one.description, name=one.name) for one in choice]
    budget = min(MOST, model.settings.room(ANSWER_TOKENS))
    request = "\n\n".join([*given, element("document", clipped(text, budget))])
    prompt = Prompt.of(instructions("classify.v1"), request)
    answer = model.complete_as(_one_of([one.name for one in choice]), prompt)
    return Classification(
        category=answer.category,
        confidence=answer.confidence,
        reason=answer.reason.strip()[:LONGEST_REASON],
    )


def clipped(text: str, most: int) -> str:
    """Give a text whole, or its beginning (half), middle and end with marks where it is cut."""
    if len(text) <= most:
        return text
    quarter = max(1, (most - 2 * len(GAP)) // 4)
    middle = len(text) // 2 - quarter // 2
    pieces = (text[: 2 * quarter], text[middle : middle + quarter], text[-quarter:])
    return GAP.join(pieces)


def _one_of(names: Sequence[str]) -> type[Verdict]:
    """Make the shape of an answer that names one of these categories."""
    choice: Any = Literal.__getitem__(tuple(names))
    return create_model("Verdict", __base__=Verdict, category=(choice, ...))
