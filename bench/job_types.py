"""Job types of the benchmark."""

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.registry import job_type

PROGRESS_UPDATES = 5


class Text(BaseModel):
    """A text."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: str


@job_type("bench_echo", input=Text, output=Text, limits=())
def bench_echo(job: JobContext, query: Text) -> Text:
    """Return the text."""
    return query


@job_type("bench_limited", input=Text, output=Text)
def bench_limited(job: JobContext, query: Text) -> Text:
    """Return the text, under the default limits."""
    return query


@job_type("bench_progress", input=Text, output=Text, limits=())
def bench_progress(job: JobContext, query: Text) -> Text:
    """Report progress, then return the text."""
    for number in range(1, PROGRESS_UPDATES + 1):
        job.progress(100 * number // (PROGRESS_UPDATES + 1), f"Step {number}")
    return query
