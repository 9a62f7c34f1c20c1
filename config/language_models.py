"""Which language models this deployment has: of the environment, and of the file AI_MODELS_FILE.

The file is TOML; docs/models.md has one. Keys of providers are not in it: it names the variables
of the environment that hold them.
"""

import os
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config import env, local_model

BUILTIN = "builtin"
OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, kw_only=True)
class LanguageModels:
    """What the settings say of models."""

    models: dict[str, dict[str, Any]]
    """Each by its name, as AI_MODELS has it."""
    default: str
    of_type: dict[str, str]
    """The model of a job type, where it has one of its own."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Price(_Strict):
    """US dollars for a million tokens."""

    prompt: float = Field(0.0, ge=0)
    completion: float = Field(0.0, ge=0)


class _Model(_Strict):
    """An OpenAI-compatible server and a model of it."""

    model: str = ""
    base_url: str = Field(OPENAI, pattern="^https?://")
    api_key_variable: str = ""
    wire: Literal["chat", "responses"] = "chat"
    timeout: float = Field(60.0, gt=0)
    price: _Price = _Price()
    context: int = Field(128_000, ge=1024)
    vision: bool = True
    json_schema: bool = False

    def settings(self) -> dict[str, Any]:
        """Give the entry of AI_MODELS, with the key that the environment has."""
        key = os.environ.get(self.api_key_variable, "").strip() if self.api_key_variable else ""
        declared = self.model_dump(exclude={"api_key_variable"})
        return {"provider": "openai", **declared, "api_key": key}


class _File(_Strict):
    """What AI_MODELS_FILE says."""

    default: str = ""
    models: dict[str, _Model] = {}
    types: dict[str, str] = {}


def read() -> LanguageModels:
    """Read environment and file; raise `ImproperlyConfigured` for what is no declaration."""
    path = env.raw("AI_MODELS_FILE")
    local = _local()
    declared = _file(Path(path)) if path else _File()
    of_environment = _of_environment()
    of_file = {name: model.settings() for name, model in declared.models.items()}
    found = LanguageModels(
        models={**of_environment, **of_file, **local, BUILTIN: {"provider": BUILTIN}},
        default=next(iter(local), "") or declared.default or next(iter(of_environment), BUILTIN),
        of_type=declared.types,
    )
    for name in (found.default, *found.of_type.values()):
        if name not in found.models:
            known = ", ".join(sorted(found.models))
            raise ImproperlyConfigured(f"AI_MODELS_FILE={path}: no model {name!r} among {known}.")
    return found


def _file(path: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        said = _faults(error) if isinstance(error, ValidationError) else str(error)
        raise ImproperlyConfigured(f"AI_MODELS_FILE={path} cannot be used: {said}") from None


def _faults(error: ValidationError) -> str:
    """Say what is wrong where, without the value: somebody may have written a key there."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)


def _local() -> dict[str, dict[str, Any]]:
    """Give the model that `make run MODEL=local` serves, where it does."""
    url = env.url("LOCAL_MODEL_URL", "", ("http",))
    return {local_model.NAME: {**local_model.DECLARED, "base_url": f"{url}/v1"}} if url else {}


def _of_environment() -> dict[str, dict[str, Any]]:
    """Give the one model that variables describe, if they do."""
    if not (env.raw("OPENAI_BASE_URL") or env.raw("OPENAI_API_KEY")):
        return {}
    described = {
        "provider": "openai",
        "base_url": env.url("OPENAI_BASE_URL", OPENAI, ("https", "http")),
        "api_key": env.raw("OPENAI_API_KEY"),
        "wire": env.choice("OPENAI_WIRE", "chat", ("chat", "responses")),
        "timeout": env.seconds("OPENAI_TIMEOUT", timedelta(seconds=60)).total_seconds(),
        "price": {  # US dollars for a million tokens
            "prompt": env.decimal("OPENAI_PRICE_PROMPT", 0.0),
            "completion": env.decimal("OPENAI_PRICE_COMPLETION", 0.0),
        },
        "context": env.integer("OPENAI_CONTEXT", 128_000, at_least=1024),  # tokens
        "vision": env.boolean("OPENAI_VISION", default=True),
        "json_schema": env.boolean("OPENAI_JSON_SCHEMA", default=False),
    }
    return {env.text("OPENAI_MODEL", "gpt-5-mini"): described}
