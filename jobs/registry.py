"""Job types: one decorated function and two pydantic models each, and nothing else to edit."""

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
    """`organization`, `user` or `subject` (the label a job names as its subject)."""
    size: int
    """Jobs that are waiting, scheduled, pending or running at once."""


PER_TENANT = (Limit(scope="organization", size=5), Limit(scope="user", size=3))


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How long ended jobs are kept."""

    completed: timedelta = timedelta(days=30)
    failed: timedelta = timedelta(days=7)
    """Failed and cancelled jobs."""


@dataclass(frozen=True, kw_only=True)
class JobType:
    """What Conveyor knows about a kind of job. Most fields have a default that will do."""

    name: str
    """Unique name, as in the API: `generate_report`."""
    app: str
    """Label of the Django app that the handler lives in."""
    handler: Handler
    """Does the work: gets a `JobContext` and a validated `input`, returns an `output`."""
    input: type[BaseModel]
    output: type[BaseModel]
    title: str = ""
    """For people; made from the name where empty."""
    queue: str = "default"
    """Celery queue."""
    priority: int = 5
    """0-9, higher runs first; a submission may say otherwise."""
    timeout: timedelta = timedelta(minutes=10)
    """Longest time in `running`: Celery's soft limit; its hard limit comes `grace` later."""
    grace: timedelta = timedelta(seconds=10)
    """Time that a handler has for its clean-up after a time-out or a cancellation."""
    pending_timeout: timedelta = timedelta(minutes=5)
    """Longest time in `pending`; then the job has expired."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    typical: tuple[timedelta, timedelta] = (timedelta(seconds=1), timedelta(seconds=60))
    """How long it usually takes, from and to; shown until there is a history to measure."""
    poll_every: timedelta = timedelta(seconds=2)
    """What a polling client is told to wait between two looks."""
    limits: tuple[Limit, ...] = PER_TENANT
    keep: Keep = field(default_factory=Keep)
    discard: Callable[[Sequence[UUID]], None] | None = None
    """Deletes what jobs of this type have left outside the database, files say; called with the
    ids of a batch before their rows are purged, and again if that is interrupted."""

    @property
    def task_name(self) -> str:
        """Name of the Celery task that runs this type."""
        return f"{self.app}.{self.name}"

    @property
    def label(self) -> str:
        """Name for people."""
        return self.title or self.name.replace("_", " ").capitalize()


_types: dict[str, JobType] = {}


def job_type(
    name: str, *, input: type[BaseModel], output: type[BaseModel], **options: Any
) -> Callable[[H], H]:
    """Register the decorated function as the handler of job type `name`.

    `options` are the fields of `JobType`. Put it in the module `job_types` of an installed app.
    """

    def register(handler: H) -> H:
        owner = apps.get_containing_app_config(handler.__module__)
        if owner is None:
            raise RuntimeError(f"{handler.__module__} belongs to no installed app")
        declared = JobType(
            name=name, app=owner.label, handler=handler, input=input, output=output, **options
        )
        if name in _types:
            raise RuntimeError(f"two job types are named {name!r}")
        _types[name] = declared
        return handler

    return register


def get(name: str) -> JobType:
    """Give the job type of this name; raise `UnknownJobType` where there is none."""
    try:
        return _types[name]
    except KeyError:
        known = ", ".join(sorted(_types)) or "none"
        raise UnknownJobType(f"There is no job type {name!r}. Known types: {known}.") from None


def all_types() -> Iterator[JobType]:
    """Give every registered job type, by name."""
    return iter(sorted(_types.values(), key=lambda declared: declared.name))
