"""Logging: one line an event, JSON for machines or plain text for people, by structlog.

Both structlog's loggers and the standard library's go through the same processors, so a line of
Celery or of Django carries the bound context (job, attempt, request) too.
"""

import logging.config
import sys
from typing import Any, TypedDict

import structlog
from structlog.typing import EventDict, Processor

FORMATS = ("json", "console")
WITHOUT_LOCALS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""Tracebacks without the values of variables: some of them are keys and passwords."""


class Options(TypedDict):
    """What `LOGGING` says."""

    format: str
    level: str


def configure(options: Options) -> None:
    """Set up structlog and the standard library's logging. Django calls it with `LOGGING`."""
    shared = _shared_processors()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": _formatter(shared, _renderers(options["format"]))},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": _loggers(),
        }
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _renderers(name: str) -> list[Processor]:
    if name == "json":
        return [WITHOUT_LOCALS, structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=0,
            exception_formatter=structlog.dev.plain_traceback,
        )
    ]


def _formatter(shared: list[Processor], renderers: list[Processor]) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(), _drop_repetition],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    }


def _drop_repetition(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop what uvicorn says a second time, with colours."""
    event.pop("color_message", None)
    return event


def _loggers() -> dict[str, Any]:
    """Loggers that Django, Celery and uvicorn equip on their own: they pass on to the root."""
    passed_on: dict[str, Any] = {"handlers": [], "propagate": True}
    quiet = {**passed_on, "level": "WARNING"}
    return {
        "django": passed_on,
        "django.server": passed_on,
        "uvicorn": passed_on,
        "uvicorn.access": quiet,
        "celery": passed_on,
        # a line for each task sent, received and done; the engine's own lines say more
        "celery.beat": quiet,
        "celery.worker.strategy": quiet,
        "celery.app.trace": quiet,
        "kombu": quiet,
        "tornado.access": quiet,
        "flower.inspector": {**passed_on, "level": "ERROR"},  # asks before a worker is there
        # a line for each request, with its URL, which may be a secret of whoever named it
        "httpx": quiet,
        "httpx2": quiet,
        "httpcore": quiet,
        "httpcore2": quiet,
        "openai": quiet,
        # an error each for a page without text
        "trafilatura": {**passed_on, "level": "CRITICAL"},
    }
