"""The configured models: `settings.AI_MODELS` as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings

from jobs.errors import Fault, InvalidInput

BUILTIN = "builtin"
CHARACTERS_PER_TOKEN = 3
"""A safe estimate: English has about four."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """US dollars per million tokens."""

    prompt: float = 0.0
    completion: float = 0.0

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the cost of a call in US dollars."""
        total = prompt_tokens * self.prompt + completion_tokens * self.completion
        return round(total / 1_000_000, 6)


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """One entry of AI_MODELS."""

    name: str
    """Name in the input of jobs, and at the provider unless `model` is set."""
    provider: Literal["builtin", "openai"]
    """`builtin`: no language model, job types extract instead. `openai`: any compatible API."""
    model: str = ""
    base_url: str = "https://api.openai.com/v1"
    api_key: str = field(default="", repr=False)
    wire: Literal["chat", "responses"] = "chat"
    timeout: float = 60.0
    """Seconds without a byte from the provider."""
    price: Price = Price()
    context: int = 128_000
    """Maximum number of tokens of prompt and answer together."""
    vision: bool = True
    """Whether prompts may contain images."""
    json_schema: bool = False
    """Whether the server can enforce a JSON Schema (`response_format`). Small models need this."""

    @property
    def is_language_model(self) -> bool:
        """Whether it generates text; the built-in model only extracts."""
        return self.provider != BUILTIN

    @property
    def can_see_images(self) -> bool:
        """Whether it accepts images; the built-in model does not."""
        return self.is_language_model and self.vision

    def max_prompt_characters(self, reserved_tokens: int) -> int:
        """Return how many characters of text fit into a prompt next to `reserved_tokens`."""
        return max(0, self.context - reserved_tokens) * CHARACTERS_PER_TOKEN


def names() -> list[str]:
    """Return the names of the configured models in alphabetical order."""
    return sorted(settings.AI_MODELS)


def get(name: str) -> ModelSettings:
    """Return the settings of a model. Raises `InvalidInput` if there is none of this name."""
    declared: Mapping[str, Any] | None = settings.AI_MODELS.get(name)
    if declared is None:
        raise InvalidInput(_unknown_model(name))
    price = Price(**declared.get("price", {}))
    return ModelSettings(**{**declared, "name": name, "price": price})


def choose(requested: str | None, job_type: str) -> ModelSettings:
    """Return the model that a job requests, else that of its type, else AI_DEFAULT_MODEL."""
    type_default: str | None = settings.AI_MODEL_OF_TYPE.get(job_type)
    return get(requested or type_default or settings.AI_DEFAULT_MODEL)


def faults(requested: str | None, pointer: str = "/model") -> list[Fault]:
    """Return a fault if a submission requests a model that is not configured."""
    if requested is None or requested in settings.AI_MODELS:
        return []
    return [Fault(pointer=pointer, code="unknown_model", detail=_unknown_model(requested))]


def _unknown_model(name: str) -> str:
    return f"There is no model {name!r}. Available models: {', '.join(names())}."
