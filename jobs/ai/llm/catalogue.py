"""Which models there are: settings.AI_MODELS, read into values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings

from jobs.errors import Fault, InvalidInput

BUILTIN = "builtin"
CHARACTERS_A_TOKEN = 3
"""On the safe side: English has about four."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """US dollars for a million tokens."""

    prompt: float = 0.0
    completion: float = 0.0

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Give the cost of a call in US dollars."""
        total = prompt_tokens * self.prompt + completion_tokens * self.completion
        return round(total / 1_000_000, 6)


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """One entry of AI_MODELS."""

    name: str
    """What a job's input calls it, and what the provider calls it unless `model` says otherwise."""
    provider: Literal["builtin", "openai"]
    """`builtin` is no language model: job types extract instead. `openai` is any compatible API."""
    model: str = ""
    base_url: str = "https://api.openai.com/v1"
    api_key: str = field(default="", repr=False)
    wire: Literal["chat", "responses"] = "chat"
    timeout: float = 60.0
    """Seconds without a byte from the provider."""
    price: Price = Price()
    context: int = 128_000
    """Tokens that prompt and answer may have together."""
    vision: bool = True
    """Whether it sees pictures."""
    json_schema: bool = False
    """Whether its server can hold it to a JSON Schema (`response_format`). Small models need it."""

    @property
    def is_language_model(self) -> bool:
        """Whether it writes; the built-in one only extracts."""
        return self.provider != BUILTIN

    @property
    def sees(self) -> bool:
        """Whether pictures can be shown to it; the built-in one sees none."""
        return self.is_language_model and self.vision

    def room(self, others: int) -> int:
        """Give the characters of text that fit into one prompt beside `others` tokens."""
        return max(0, self.context - others) * CHARACTERS_A_TOKEN


def names() -> list[str]:
    """Give the names of the models that there are, in alphabetical order."""
    return sorted(settings.AI_MODELS)


def get(name: str) -> ModelSettings:
    """Give the settings of a model; raise `InvalidInput` where there is none of this name."""
    declared: Mapping[str, Any] | None = settings.AI_MODELS.get(name)
    if declared is None:
        raise InvalidInput(_unknown(name))
    price = Price(**declared.get("price", {}))
    return ModelSettings(**{**declared, "name": name, "price": price})


def choose(asked: str | None, job_type: str) -> ModelSettings:
    """Choose a model: the one a job asks for, else its type's, else AI_DEFAULT_MODEL."""
    of_type: str | None = settings.AI_MODEL_OF_TYPE.get(job_type)
    return get(asked or of_type or settings.AI_DEFAULT_MODEL)


def faults(asked: str | None, pointer: str = "/model") -> list[Fault]:
    """Give a fault where a submission asks for a model that there is not."""
    if asked is None or asked in settings.AI_MODELS:
        return []
    return [Fault(pointer=pointer, code="unknown_model", detail=_unknown(asked))]


def _unknown(name: str) -> str:
    return f"There is no model {name!r}. Models: {', '.join(names())}."
