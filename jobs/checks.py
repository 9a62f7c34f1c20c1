"""System checks for settings that would cause failures later. Each has an ID and a hint."""

from importlib.util import find_spec
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

from jobs import registry


@register("jobs")
def check_settings(**_: Any) -> list[CheckMessage]:
    return [
        found
        for found in (
            _backend(),
            _reuse(),
            _visibility(),
            _driver(),
            _outbound(),
            _search(),
            _models(),
            _flower(),
            _lax_inputs(),
        )
        if found
    ]


def _backend() -> CheckMessage | None:
    if current_app.conf.result_backend:
        return None
    return Error(
        "Celery has no result backend, so `update_state` drops the progress of jobs silently.",
        hint="Set CELERY_RESULT_BACKEND.",
        id="jobs.E001",
    )


def _reuse() -> CheckMessage | None:
    if getattr(settings, "CELERY_DB_REUSE_MAX", None):
        return None
    return Caution(
        "Celery closes the database connection around every task: one new connection per job.",
        hint="Set CELERY_DB_REUSE_MAX, to 1000 for example.",
        id="jobs.W001",
    )


def _visibility() -> CheckMessage | None:
    visible = current_app.conf.broker_transport_options.get("visibility_timeout", 3600)
    longest = max(
        (declared.timeout + declared.grace for declared in registry.all_types()), default=None
    )
    if longest is None or longest.total_seconds() < visible:
        return None
    return Caution(
        f"A job can run for {longest}, but the broker redelivers its message after {visible} s.",
        hint="Raise visibility_timeout in CELERY_BROKER_TRANSPORT_OPTIONS above the longest job.",
        id="jobs.W002",
    )


def _outbound() -> CheckMessage | None:
    if not settings.OUTBOUND_ALLOWED:
        return None
    return Caution(
        f"URLs of users can reach {', '.join(settings.OUTBOUND_ALLOWED)}.",
        hint="Leave OUTBOUND_ALLOWED empty to allow only public addresses.",
        id="jobs.W004",
    )


def _search() -> CheckMessage | None:
    provider = settings.AI_SEARCH_PROVIDER
    needed = "AI_SEARCH_BASE_URL" if provider == "searxng" else "AI_SEARCH_API_KEY"
    if not provider or getattr(settings, needed):
        return None
    return Error(
        f"AI_SEARCH_PROVIDER is {provider}, but {needed} is not set: every search will fail.",
        hint=f"Set {needed}, or leave AI_SEARCH_PROVIDER empty to research without searching.",
        id="jobs.E002",
    )


def _driver() -> CheckMessage | None:
    if find_spec("psycopg") is None:
        return None
    return Caution(
        "psycopg 3 is installed, and Django silently prefers it to psycopg2.",
        hint="Uninstall psycopg: the SQL of the engine is tested with psycopg2 only.",
        id="jobs.W003",
    )


def _models() -> CheckMessage | None:
    known = {declared.name for declared in registry.all_types()}
    unknown = sorted(settings.AI_MODEL_OF_TYPE.keys() - known)
    if not unknown:
        return None
    return Error(
        f"AI_MODEL_OF_TYPE names job types that do not exist: {', '.join(unknown)}.",
        hint="Correct the names in AI_MODEL_OF_TYPE, which come from [types] in AI_MODELS_FILE.",
        id="jobs.E003",
    )


def _flower() -> CheckMessage | None:
    if not settings.FLOWER_IS_OPEN:
        return None
    return Caution(
        "Flower accepts connections from other machines without a password. Anybody who reaches it "
        "can see and stop all tasks.",
        hint="Set FLOWER_BASIC_AUTH to user:password, or leave FLOWER_ADDRESS empty.",
        id="jobs.W005",
    )


def _lax_inputs() -> CheckMessage | None:
    lax = [
        declared
        for declared in registry.all_types()
        if declared.input.model_config.get("extra") is None
    ]
    if not lax:
        return None
    return Caution(
        f"The inputs of {', '.join(declared.name for declared in lax)} ignore unknown fields, so a "
        "misspelled field causes no error.",
        hint=f'class {lax[0].input.__name__}(BaseModel, extra="forbid"): ...',
        id="jobs.W006",
    )
