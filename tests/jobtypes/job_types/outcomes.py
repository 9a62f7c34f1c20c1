"""Handlers that end with an output, with an error, later, or with a file left behind."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.errors import InvalidInput, InvalidOutput, RateLimited, TransientError
from jobs.registry import Retention, job_type
from tests.jobtypes.job_types.inputs import QUICK, Nothing, Text


@job_type("echo", input=Text, output=Text, limits=(), retry=QUICK)
def echo(job: JobContext, query: Text) -> Text:
    """Give the text back."""
    job.progress(50, "Half-way")
    return Text(text=query.text)


class Failing(BaseModel):
    """How to fail, and how often."""

    model_config = ConfigDict(extra="forbid", strict=True)
    error: str
    times: int = 1000


ERRORS = {
    "transient": TransientError("The provider is away."),
    "rate_limited": RateLimited("Too many calls.", timedelta(seconds=30)),
    "invalid_output": InvalidOutput("Not the schema."),
    "invalid_input": InvalidInput("No such company."),
    "bug": ZeroDivisionError("division by zero"),
}


@job_type("failing", input=Failing, output=Text, limits=(), retry=QUICK)
def failing(job: JobContext, query: Failing) -> Text:
    """Fail the first `times` attempts."""
    if job.attempt <= query.times:
        raise ERRORS[query.error]
    return Text(text=f"attempt {job.attempt}")


@job_type("snoozing", input=Nothing, output=Text, limits=())
def snoozing(job: JobContext, query: Nothing) -> Text:
    """Ask to be run again, once."""
    if job.attempt == 1:
        job.snooze(timedelta(0))
    return Text(text="awake")


def discard(ids: Sequence[UUID]) -> None:
    """Delete the files of jobs."""
    for job_id in ids:
        (Path(os.environ["TEST_FILES"]) / str(job_id)).unlink(missing_ok=True)


@job_type(
    "filing",
    input=Nothing,
    output=Text,
    limits=(),
    retention=Retention(completed=timedelta(days=1)),
    discard=discard,
)
def filing(job: JobContext, query: Nothing) -> Text:
    """Leave a file behind."""
    if folder := os.environ.get("TEST_FILES"):
        (Path(folder) / str(job.id)).touch()
    return Text(text="filed")
