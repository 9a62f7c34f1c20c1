"""Logging by structlog: one line per event, as JSON or as plain text.

Loggers of structlog and of the standard library share their processors, so lines of Celery and
Django contain the bound context (job, attempt, request) too.
"""

import logging.config
import sys
from typing import Any, TypedDict

import structlog
from structlog.typing import EventDict, Processor

FORMATS = ("json", "console")
TRACEBACKS_WITHOUT_LOCALS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""Omits the values of variables: some of them are keys and passwords."""


class LogOptions(TypedDict):
    """The value of the setting LOGGING."""

    format: str
    level: str


def configure(options: LogOptions) -> None:
    """Configure structlog and the standard library's logging. Django calls it with `LOGGING`."""
    shared = _processors()
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


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _renderers(name: str) -> list[Processor]:
    if name == "json":
        return [TRACEBACKS_WITHOUT_LOCALS, structlog.processors.JSONRenderer()]
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
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(), _drop_duplicate],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    }


def _drop_duplicate(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop the copy of the message with colours that uvicorn adds."""
    event.pop("color_message", None)
    return event


def _loggers() -> dict[str, Any]:
    """Return loggers that have handlers of their own by default: they propagate to the root."""
    propagated: dict[str, Any] = {"handlers": [], "propagate": True}
    quiet = {**propagated, "level": "WARNING"}
    return {
        "django": propagated,
        "django.server": propagated,
        "uvicorn": propagated,
        "uvicorn.access": quiet,
        "celery": propagated,
        # a line per task sent, received and done; the job log lines contain more
        "celery.beat": quiet,
        "celery.worker.strategy": quiet,
        "celery.app.trace": quiet,
        "kombu": quiet,
        "tornado.access": quiet,
        "flower.inspector": {**propagated, "level": "ERROR"},  # it asks before a worker is online
        # a line per request with its URL, which may contain a secret of the user
        "httpx": quiet,
        "httpx2": quiet,
        "httpcore": quiet,
        "httpcore2": quiet,
        "openai": quiet,
        # an error for each page without text
        "trafilatura": {**propagated, "level": "CRITICAL"},
    }
