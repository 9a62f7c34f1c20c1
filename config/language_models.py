"""Reads the language models of this deployment from the environment and from AI_MODELS_FILE.

The file is TOML, see docs/models.md for an example. It contains no API keys: it names the
environment variables that contain them.
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
OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, kw_only=True)
class LanguageModels:
    """Values of the settings AI_MODELS, AI_DEFAULT_MODEL and AI_MODEL_OF_TYPE."""

    models: dict[str, dict[str, Any]]
    """Declarations by name."""
    default: str
    by_job_type: dict[str, str]
    """Names of models by job types that do not use the default."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Price(_Strict):
    """US dollars per million tokens."""

    prompt: float = Field(0.0, ge=0)
    completion: float = Field(0.0, ge=0)


class _Model(_Strict):
    """A model of an OpenAI-compatible server."""

    model: str = ""
    base_url: str = Field(OPENAI_URL, pattern="^https?://")
    api_key_variable: str = ""
    wire: Literal["chat", "responses"] = "chat"
    timeout: float = Field(60.0, gt=0)
    price: _Price = _Price()
    context: int = Field(128_000, ge=1024)
    vision: bool = True
    json_schema: bool = False

    def settings(self) -> dict[str, Any]:
        """Return the entry of AI_MODELS, with the API key from the environment."""
        key = os.environ.get(self.api_key_variable, "").strip() if self.api_key_variable else ""
        declared = self.model_dump(exclude={"api_key_variable"})
        return {"provider": "openai", **declared, "api_key": key}


class ModelsFile(_Strict):
    """Contents of AI_MODELS_FILE."""

    default: str = ""
    models: dict[str, _Model] = {}
    types: dict[str, str] = {}


def read() -> LanguageModels:
    """Read the environment and the file. Raises `ImproperlyConfigured` if the file is not valid."""
    path = env.raw("AI_MODELS_FILE")
    local = _local_model()
    file = _read_file(Path(path)) if path else ModelsFile()
    from_environment = _from_environment()
    from_file = {name: model.settings() for name, model in file.models.items()}
    configured = LanguageModels(
        models={**from_environment, **from_file, **local, BUILTIN: {"provider": BUILTIN}},
        default=next(iter(local), "") or file.default or next(iter(from_environment), BUILTIN),
        by_job_type=file.types,
    )
    for name in (configured.default, *configured.by_job_type.values()):
        if name not in configured.models:
            known = ", ".join(sorted(configured.models))
            raise ImproperlyConfigured(
                f"AI_MODELS_FILE={path}: there is no model {name!r}. Models: {known}."
            )
    return configured


def _read_file(path: Path) -> ModelsFile:
    try:
        return ModelsFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        reason = _describe(error) if isinstance(error, ValidationError) else str(error)
        raise ImproperlyConfigured(f"AI_MODELS_FILE={path} is not valid: {reason}") from None


def _describe(error: ValidationError) -> str:
    """List the places and causes, without the values: one of them could be an API key."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in details)


def _local_model() -> dict[str, dict[str, Any]]:
    """Return the model of `make run MODEL=local`, if it runs."""
    url = env.url("LOCAL_MODEL_URL", "", ("http",))
    return {local_model.NAME: {**local_model.DECLARATION, "base_url": f"{url}/v1"}} if url else {}


def _from_environment() -> dict[str, dict[str, Any]]:
    """Return the model that the OPENAI_ variables declare, if any."""
    if not (env.raw("OPENAI_BASE_URL") or env.raw("OPENAI_API_KEY")):
        return {}
    declaration = {
        "provider": "openai",
        "base_url": env.url("OPENAI_BASE_URL", OPENAI_URL, ("https", "http")),
        "api_key": env.raw("OPENAI_API_KEY"),
        "wire": env.choice("OPENAI_WIRE", "chat", ("chat", "responses")),
        "timeout": env.seconds("OPENAI_TIMEOUT", timedelta(seconds=60)).total_seconds(),
        "price": {  # US dollars per million tokens
            "prompt": env.decimal("OPENAI_PRICE_PROMPT", 0.0),
            "completion": env.decimal("OPENAI_PRICE_COMPLETION", 0.0),
        },
        "context": env.integer("OPENAI_CONTEXT", 128_000, at_least=1024),  # tokens
        "vision": env.boolean("OPENAI_VISION", default=True),
        "json_schema": env.boolean("OPENAI_JSON_SCHEMA", default=False),
    }
    return {env.text("OPENAI_MODEL", "gpt-5-mini"): declaration}
