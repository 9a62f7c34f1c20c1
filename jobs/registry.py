"""The registry of job types. To add one, decorate a function: nothing else must be edited."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.apps import apps
from pydantic import BaseModel

from jobs.errors import UnknownJobType
from jobs.retry_policy import RetryPolicy

if TYPE_CHECKING:
    from jobs.context import JobContext

Handler = Callable[["JobContext", Any], BaseModel]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `size` active jobs of one type that share `scope`."""

    scope: str
    """`organization`, `user` or `subject` (the `subject` of the job)."""
    size: int
    """Jobs that are pending or running at once."""


DEFAULT_LIMITS = (Limit(scope="organization", size=10_000), Limit(scope="user", size=5_000))
"""Generous: they stop a client that runs wild, not a user with many documents."""
RESEARCH_LIMITS = (
    Limit(scope="organization", size=5),
    Limit(scope="user", size=3),
    Limit(scope="subject", size=2),
)
"""For types of which each job costs money: few at once, and two for one subject."""


RUN_SCOPES = ("type", "organization", "user", "subject")
MAX_RATE_SIZE = 1000
"""The newest starts are stored, to hold the rate in every period and not only on average."""


@dataclass(frozen=True)
class RunLimit:
    """A limit at run time of the jobs of a type that share `scope` and `key`."""

    size: int
    scope: str = "type"
    """`type`, `organization`, `user` or `subject` (a job without a subject is not limited)."""
    key: Callable[[Any], str] | None = None
    """Computes a key from the validated input: `lambda order: order.site`."""

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(
                "A limit at run time has a size of at least 1. To stop a type, pause it."
            )
        if self.scope not in RUN_SCOPES:
            raise ValueError(f"The scope {self.scope!r} is unknown. Use {', '.join(RUN_SCOPES)}.")

    @property
    def name(self) -> str:
        """Unique among the limits of a type."""
        return f"{type(self).__name__.lower()}-{self.scope}{'-key' if self.key else ''}"

    @property
    def rule(self) -> dict[str, float]:
        """The limit as the functions of the database take it."""
        return {"size": self.size}


@dataclass(frozen=True)
class Concurrency(RunLimit):
    """At most `size` jobs run at once; the others wait."""


@dataclass(frozen=True)
class Rate(RunLimit):
    """At most `size` attempts start in any period of `per`; the others wait."""

    per: timedelta = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size > MAX_RATE_SIZE or self.per <= timedelta(0):
            raise ValueError(
                f"A rate has a size of at most {MAX_RATE_SIZE:,} and a positive period. "
                "Use a shorter period."
            )

    @property
    def rule(self) -> dict[str, float]:
        return {**super().rule, "seconds": self.per.total_seconds()}


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long jobs are stored after they end."""

    completed: timedelta = timedelta(days=30)
    failed: timedelta = timedelta(days=7)
    """Applies to failed and cancelled jobs."""


@dataclass(frozen=True, kw_only=True)
class JobType:
    """The declaration of a job type. Most fields have a sensible default."""

    name: str
    """Unique name, as used in the API: `generate_report`."""
    app: str
    """Label of the Django app that contains the handler."""
    handler: Handler
    """Does the work: takes a `JobContext` and a validated `input`, returns an `output`."""
    input: type[BaseModel]
    output: type[BaseModel]
    title: str = ""
    """Name shown to people. Derived from `name` if empty."""
    queue: str = "default"
    """Celery queue."""
    priority: int = 5
    """0-9; higher runs first. A submission can override it."""
    timeout: timedelta = timedelta(minutes=10)
    """Maximum time in `running`: Celery's soft limit. The hard limit is `grace` later."""
    grace: timedelta = timedelta(seconds=10)
    """Time that a handler has to clean up after a time-out or a cancellation."""
    pending_timeout: timedelta = timedelta(minutes=5)
    """Maximum time in `pending`; after that, the job fails as expired."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    typical_duration: tuple[timedelta, timedelta] = (timedelta(seconds=1), timedelta(seconds=60))
    """Usual duration, from and to. Shown until there is a history to measure."""
    poll_interval: timedelta = timedelta(seconds=2)
    """Sent to polling clients as `Retry-After`."""
    limits: tuple[Limit, ...] = DEFAULT_LIMITS
    """How many jobs are accepted."""
    run_limits: tuple[RunLimit, ...] = ()
    """How many jobs run at once or start in a period. The others wait in line."""
    retention: Retention = field(default_factory=Retention)
    discard: Callable[[Sequence[UUID]], None] | None = None
    """Deletes what jobs of this type stored outside the database, for example files. Called with
    the IDs of a batch before its rows are purged, and again if the purge is interrupted."""

    @property
    def task_name(self) -> str:
        """Name of the Celery task that runs this type."""
        return f"{self.app}.{self.name}"

    @property
    def label(self) -> str:
        """Name shown to people."""
        return self.title or self.name.replace("_", " ").capitalize()


_types: dict[str, JobType] = {}


def job_type(
    name: str, *, input: type[BaseModel], output: type[BaseModel], **options: Any
) -> Callable[[H], H]:
    """Register the decorated function as the handler of job type `name`.

    `options` are the fields of `JobType`. Put the function into the module `job_types` of an
    installed app.
    """

    def register(handler: H) -> H:
        owner = apps.get_containing_app_config(handler.__module__)
        if owner is None:
            raise RuntimeError(
                f"{handler.__module__} does not belong to an installed app. "
                "Add its app to INSTALLED_APPS."
            )
        declared = JobType(
            name=name, app=owner.label, handler=handler, input=input, output=output, **options
        )
        if name in _types:
            raise RuntimeError(f"Two job types are named {name!r}. Rename one of them.")
        if len({limit.name for limit in declared.run_limits}) < len(declared.run_limits):
            raise RuntimeError(f"{name} has two limits at run time of one kind and scope.")
        _types[name] = declared
        return handler

    return register


def get(name: str) -> JobType:
    """Return the job type with this name; raise `UnknownJobType` if there is none."""
    try:
        return _types[name]
    except KeyError:
        known = ", ".join(sorted(_types)) or "none"
        raise UnknownJobType(f"There is no job type {name!r}. Known types: {known}.") from None


def all_types() -> Iterator[JobType]:
    """Iterate over the registered job types, sorted by name."""
    return iter(sorted(_types.values(), key=lambda declared: declared.name))


def names() -> tuple[str, ...]:
    """Return the names of the registered job types, sorted."""
    return tuple(sorted(_types))
