"""What a handler sees of its job."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from pydantic import BaseModel

from jobs.attempt import fenced_writes, steps
from jobs.attempt.lease import Lease
from jobs.attempt.reconnect import persist
from jobs.errors import LeaseLost, PartFailed, Snoozed, Split
from jobs.models import Job
from jobs.models.states import State

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)

PART = "part"
"""Label of a part: its number, from 1."""


class JobContext:
    """One attempt of a job, as its handler sees it: identity, progress, steps, usage."""

    def __init__(self, job: Job, lease: Lease) -> None:
        self._job = job
        self._lease = lease
        self._done: dict[str, Any] | None = None

    @property
    def id(self) -> uuid.UUID:
        """The job's id."""
        return self._job.id

    @property
    def job_type(self) -> str:
        """Name of the job's type."""
        return self._job.type

    @property
    def attempt(self) -> int:
        """Number of this attempt, 1 for the first."""
        return self._job.attempt

    @property
    def organization_id(self) -> uuid.UUID:
        """The tenant. Scope every query with it."""
        return self._job.organization_id

    @property
    def owner_id(self) -> int:
        """The user whose job it is."""
        return int(self._job.owner_id)

    @property
    def subject(self) -> str:
        """What the job is about, as its submitter said."""
        return self._job.subject

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of the job."""
        return dict(self._job.labels)

    def heartbeat(self) -> None:
        """Stop here if the job was cancelled or is no longer ours: raises an `Interrupted`."""
        self._lease.check()

    def progress(self, percent: float, message: str = "") -> None:
        """Report how far the job is: 0-100, never falling, and what it is doing now.

        Cheap: reports are coalesced to a few a second. Raises an `Interrupted` like `heartbeat`.
        """
        self._lease.check()
        self._lease.progress.report(percent, message)

    def write(self, text: str) -> None:
        """Show a bit of text that is being written, a model's answer say, to whoever follows now.

        Cheap: bits are coalesced. It is shown only while it is live; what is to last goes into the
        output. Raises an `Interrupted` like `heartbeat`.
        """
        self._lease.check()
        self._lease.progress.text.write(text)

    def step(self, name: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function` once in the job's whole life, and give its result.

        The result must be JSON (pass models through `model_dump(mode="json")`); it is stored before
        this returns, and a later attempt gets it back instead of running the function. Names are
        unique within the job. Raises an `Interrupted` like `heartbeat`.
        """
        self._lease.check()
        if self._done is None:
            self._done = self._durably(lambda: steps.completed(self._job))
        if name in self._done:
            self._keep(lambda: steps.restore(self._job, name))
        else:
            self._keep(lambda: steps.begin(self._job, name))
            # As JSON from the first run on: a later attempt gets it back as JSON.
            result = json.loads(json.dumps(function(*args, **kwargs)))
            self._keep(lambda: steps.finish(self._job, name, result))
            self._done[name] = result
            self._lease.check()
        stored: R = self._done[name]
        return stored

    def step_as(
        self, shape: type[M], name: str, function: Callable[P, M], *args: P.args, **kwargs: P.kwargs
    ) -> M:
        """Run a `step` whose result is a pydantic model of this shape."""

        def work() -> Any:
            return function(*args, **kwargs).model_dump(mode="json")

        return shape.model_validate(self.step(name, work))

    def outputs(self) -> dict[uuid.UUID, Any]:
        """Give the outputs of the jobs that this one depends on, by id; None where one failed."""
        return dict(self._job.depends_on.values_list("pk", "output"))

    def split(self, inputs: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Have jobs of this type do the work beside each other; give their outputs, in order.

        `inputs` are theirs, a part each. The first call stores them and ends this attempt, which
        is not used up; the job waits for them, without a worker, and its handler is run again when
        the last has ended: then this gives what they came to. They count as one job, this one,
        against limits. Raises `PartFailed` where one has failed or was cancelled.
        """
        self._lease.check()
        parts = self._durably(lambda: list(Job.objects.parts_of(self._job)))
        if not parts or not all(part.is_terminal for part in parts):
            raise Split(inputs)
        for part in parts:
            if part.state != State.COMPLETED:
                raise PartFailed(_why(part))
        return [part.output for part in sorted(parts, key=lambda part: int(part.labels[PART]))]

    def snooze(self, wait: timedelta) -> None:
        """End this attempt and run again after `wait`, without using up an attempt."""
        raise Snoozed(wait)

    def add_usage(
        self, *, model: str, prompt_tokens: int, completion_tokens: int, cost_usd: float
    ) -> None:
        """Add what a model call used to the job, at once: it was paid even if the job fails."""
        self._durably(
            lambda: fenced_writes.add_usage(
                self._job,
                model=model,
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
                cost_usd=cost_usd,
            )
        )

    def _durably(self, work: Callable[[], R]) -> R:
        return persist(work, within=settings.JOBS_LEASE)

    def _keep(self, write: Callable[[], bool]) -> None:
        if not self._durably(write):
            self._lease.interrupt(LeaseLost("the job is no longer this attempt's"))
            self._lease.check()


def _why(part: Job) -> str:
    reason = part.error["message"] if part.error else "It was cancelled."
    return f"Part {part.labels[PART]} of the job ended as {part.state}: {reason} Retry the job."
