"""The interface of a handler to its job."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from pydantic import BaseModel

from jobs.attempt import fenced_writes, steps
from jobs.attempt.connections import engine_statements
from jobs.attempt.lease import Lease
from jobs.attempt.reconnect import retry_on_disconnect
from jobs.errors import LeaseLost, PartFailed, Snoozed, Split, UnstorableOutput
from jobs.lifecycle import storable
from jobs.models import Job
from jobs.models.states import State

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)

MAX_STEP_NAME_CHARACTERS = 200
MAX_MODEL_NAME_CHARACTERS = 200


class JobContext:
    """One attempt of a job: its identity, progress, steps, parts and usage."""

    def __init__(self, job: Job, lease: Lease) -> None:
        self._job = job
        self._lease = lease
        self._results: dict[str, Any] | None = None

    @property
    def id(self) -> uuid.UUID:
        return self._job.id

    @property
    def job_type(self) -> str:
        return self._job.type

    @property
    def attempt(self) -> int:
        """Number of this attempt, starting at 1."""
        return self._job.attempt

    @property
    def organization_id(self) -> uuid.UUID:
        """The tenant. Filter every query by it."""
        return self._job.organization_id

    @property
    def owner_id(self) -> int:
        """ID of the user who owns the job."""
        return int(self._job.owner_id)

    @property
    def subject(self) -> str:
        """The `subject` of the submission."""
        return self._job.subject

    @property
    def labels(self) -> Mapping[str, str]:
        return dict(self._job.labels)

    def check_cancelled(self) -> None:
        """Raise an `Interrupted` if the job was cancelled or this attempt has lost it."""
        self._lease.check()

    def progress(self, percent: float, message: str = "") -> None:
        """Report the percentage done (0-100, never falls) and the current activity.

        Cheap: reports are coalesced to a few per second. Raises like `check_cancelled`.
        """
        self._lease.check()
        self._lease.progress.report(percent, message)

    def stream_text(self, text: str) -> None:
        """Stream text, for example the response of a model, to clients that follow the job.

        Cheap: chunks are coalesced. The text is available only while the job runs; return what must
        last in the output. Raises like `check_cancelled`.
        """
        self._lease.check()
        self._lease.progress.text.write(text)

    def step(self, name: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function` once in the life of the job, and return its result.

        The result must be JSON (use `step_as` for pydantic models). It is stored before this method
        returns, and a later attempt gets the stored result instead of running the function. Names
        are unique within the job. Raises like `check_cancelled`.
        """
        self._lease.check()
        if self._results is None:
            self._results = self._durably(lambda: steps.read_results(self._job))
        if name in self._results:
            self._write(lambda: steps.restore(self._job, name))
        else:
            _check_step_name(name)
            self._write(lambda: steps.begin(self._job, name))
            # Converted to JSON in the first run too, since a later attempt gets it as JSON.
            result = json.loads(storable.encode(function(*args, **kwargs), f"steps[{name!r}]"))
            self._write(lambda: steps.finish(self._job, name, result))
            self._results[name] = result
            self._lease.check()
        stored: R = self._results[name]
        return stored

    def step_as(
        self, shape: type[M], name: str, function: Callable[P, M], *args: P.args, **kwargs: P.kwargs
    ) -> M:
        """Run a `step` whose result is a pydantic model of class `shape`."""

        def dump() -> Any:
            return function(*args, **kwargs).model_dump(mode="json")

        return shape.model_validate(self.step(name, dump))

    def dependency_outputs(self) -> dict[uuid.UUID, Any]:
        """Return the outputs of the jobs that this job depends on, by ID (`None` if failed)."""
        return dict(self._job.depends_on.values_list("pk", "output"))

    def split(self, inputs: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Run the work as parts, which are jobs of this type, in parallel; return their outputs.

        Each of `inputs` becomes a part; the outputs have the same order. The first call stores the
        parts and ends this attempt, which is uncounted. The job waits without a worker, and its
        handler runs again when the last part has ended: this call then returns the outputs. Limits
        count the job and its parts as one job. Raises `PartFailed` if a part failed or was
        cancelled.
        """
        self._lease.check()
        parts = self._durably(lambda: list(Job.objects.parts_of(self._job)))
        if not parts or not all(part.is_terminal for part in parts):
            storable.encode([dict(part) for part in inputs], "inputs")
            raise Split(inputs)
        for part in parts:
            if part.state != State.COMPLETED:
                raise PartFailed(_reason_of(part))
        return [part.output for part in parts]

    def snooze(self, wait: timedelta) -> None:
        """End this attempt, which is uncounted, and run the job again after `wait`."""
        raise Snoozed(wait)

    def add_usage(
        self, *, model: str, prompt_tokens: int, completion_tokens: int, cost_usd: float
    ) -> None:
        """Add the tokens and cost of a model call to the job. They stay if the job fails."""
        usage = {"cost_usd": cost_usd, "tokens": [prompt_tokens, completion_tokens]}
        storable.encode(usage, "usage")
        self._durably(
            lambda: fenced_writes.add_usage(
                self._job,
                model=storable.clean_text(model, MAX_MODEL_NAME_CHARACTERS),
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
                cost_usd=cost_usd,
            )
        )

    def _durably(self, work: Callable[[], R]) -> R:
        with engine_statements():
            return retry_on_disconnect(work, within=settings.JOBS_LEASE)

    def _write(self, write: Callable[[], bool]) -> None:
        if not self._durably(write):
            self._lease.interrupt(LeaseLost("another attempt owns the job, or it has ended"))
            self._lease.check()


def _reason_of(part: Job) -> str:
    reason = part.error["message"] if part.error else "It was cancelled."
    return f"Part {part.part_number} of the job ended as {part.state}: {reason} Retry the job."


def _check_step_name(name: str) -> None:
    if len(name) > MAX_STEP_NAME_CHARACTERS or storable.find_fault(name, "name"):
        shown = storable.clean_text(name, 50)
        raise UnstorableOutput(
            f"{shown!r} cannot be the name of a step: a name has at most "
            f"{MAX_STEP_NAME_CHARACTERS} characters, without NUL and lone surrogates."
        )
