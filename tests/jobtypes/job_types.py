"""Job types of the tests. At a gate, a file, a handler waits until the test lets it go on."""

import os
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.errors import InvalidInput, InvalidOutput, RateLimited, TransientError
from jobs.registry import Keep, Limit, job_type
from jobs.retries import RetryPolicy

QUICK = RetryPolicy(max_attempts=3, base=timedelta(0))


class Nothing(BaseModel):
    """No input."""

    model_config = ConfigDict(extra="forbid")


class Text(BaseModel):
    """A text."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = ""


class Ledger(BaseModel):
    """Where effects are written down, and the file that opens the gate."""

    model_config = ConfigDict(extra="forbid")
    ledger: str
    gate: str = ""
    steps: int = 3
    pause: float = 0.0


class Failing(BaseModel):
    """How to fail, and how often."""

    model_config = ConfigDict(extra="forbid")
    error: str
    times: int = 1000


ERRORS = {
    "transient": TransientError("The provider is away."),
    "rate_limited": RateLimited("Too many calls.", timedelta(seconds=30)),
    "invalid_output": InvalidOutput("Not the schema."),
    "invalid_input": InvalidInput("No such company."),
    "bug": ZeroDivisionError("division by zero"),
}


@job_type("echo", input=Text, output=Text, limits=(), retry=QUICK)
def echo(job: JobContext, query: Text) -> Text:
    """Give the text back."""
    job.progress(50, "Half-way")
    return Text(text=query.text)


def discard(ids: Sequence[UUID]) -> None:
    """Delete the files of jobs."""
    for job_id in ids:
        (Path(os.environ["TEST_FILES"]) / str(job_id)).unlink(missing_ok=True)


@job_type(
    "filing",
    input=Nothing,
    output=Text,
    limits=(),
    keep=Keep(completed=timedelta(days=1)),
    discard=discard,
)
def filing(job: JobContext, query: Nothing) -> Text:
    """Leave a file behind."""
    if folder := os.environ.get("TEST_FILES"):
        (Path(folder) / str(job.id)).touch()
    return Text(text="filed")


@job_type("gathering", input=Text, output=Text, limits=())
def gathering(job: JobContext, query: Text) -> Text:
    """Put the outputs of what it depends on together."""
    found = sorted(f"{parent}: {output['text']}" for parent, output in job.outputs().items())
    return Text(text=", ".join(found))


@job_type("limited", input=Text, output=Text, limits=(Limit(scope="user", size=3),))
def limited(job: JobContext, query: Text) -> Text:
    """Three at once for a user."""
    return query


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


class Letters(BaseModel):
    """Letters to be written down; those of a part are one letter."""

    model_config = ConfigDict(extra="forbid")
    letters: str
    ledger: str = ""
    gate: str = ""


@job_type("splitting", input=Letters, output=Text, retry=RetryPolicy(max_attempts=1))
def splitting(job: JobContext, query: Letters) -> Text:
    """Write each letter by a part of its own; X cannot be written."""
    if len(query.letters) > 1:
        outputs = job.split([{**query.model_dump(), "letters": one} for one in query.letters])
        return Text(text="".join(output["text"] for output in outputs))
    while query.gate and not Path(query.gate).exists():
        job.heartbeat()
        time.sleep(0.05)
    if query.ledger:
        job.step("write", record, query.ledger, query.letters)
    if query.letters == "X" and job.attempt == 1:
        raise InvalidInput("X cannot be written.")
    return Text(text=query.letters)


def record(ledger: str, line: str) -> str:
    """Append a line to the ledger: one write, so that lines of several processes do not mix."""
    with Path(ledger).open("a") as file:
        file.write(f"{line}\n")
    return line


def take_step(query: Ledger, job_id: str, name: str) -> str:
    """Have an effect: a line that says which job's step this was, and when."""
    record(query.ledger, f"{job_id} {name} {time.time()}")
    time.sleep(query.pause)
    return name


@job_type("stepping", input=Ledger, output=Text, limits=(), retry=QUICK)
def stepping(job: JobContext, query: Ledger) -> Text:
    """Do its steps, each with an effect; wait at the gate; say which attempt came to the end."""
    for number in range(1, query.steps + 1):
        job.step(f"step-{number}", take_step, query, str(job.id), f"step-{number}")
        job.progress(90 * number // query.steps, f"Step {number} done")
    wait_at_gate(job, query)
    return Text(text=f"attempt {job.attempt}")


@job_type("writing", input=Ledger, output=Text, limits=(), retry=QUICK)
def writing(job: JobContext, query: Ledger) -> Text:
    """Write a text word by word; wait at the gate in its middle; the first attempt fails."""
    for word in ("once", "upon"):
        job.write(f"{word} ")
        time.sleep(query.pause)
    wait_at_gate(job, query)
    if job.attempt == 1 and query.steps > 1:
        raise TransientError("The model went away.")
    job.write("a time")
    return Text(text="once upon a time")


@job_type("stubborn", input=Ledger, output=Text, limits=(), grace=timedelta(seconds=1))
def stubborn(job: JobContext, query: Ledger) -> Text:
    """Wait at the gate without ever asking whether to stop."""
    record(query.ledger, f"{job.id} started")
    try:
        while query.gate and not Path(query.gate).exists():
            time.sleep(0.05)
    finally:
        record(query.ledger, f"{job.id} cleaned up")
    return Text(text="done")


@job_type("slow", input=Nothing, output=Text, limits=(), timeout=timedelta(seconds=1), retry=QUICK)
def slow(job: JobContext, query: Nothing) -> Text:
    """Run longer than its type allows."""
    time.sleep(60)
    return Text(text="never")


@job_type("deadly", input=Nothing, output=Text, limits=(), retry=RetryPolicy(max_attempts=9))
def deadly(job: JobContext, query: Nothing) -> Text:
    """Kill the process that runs it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Text(text="never")


def wait_at_gate(job: JobContext, query: Ledger) -> None:
    """Wait until the gate's file is there."""
    while query.gate and not Path(query.gate).exists():
        job.heartbeat()
        time.sleep(0.05)


@job_type(
    "deaf",
    input=Ledger,
    output=Text,
    limits=(),
    retry=QUICK,
    timeout=timedelta(seconds=1),
    grace=timedelta(seconds=1),
)
def deaf(job: JobContext, query: Ledger) -> Text:
    """Run for ever, and swallow whatever is raised to end it."""
    record(query.ledger, f"{job.id} started")
    while True:
        try:
            time.sleep(0.05)
        except BaseException as error:  # what a bad handler does
            record(query.ledger, f"{job.id} swallowed {type(error).__name__}")


@job_type("immortal", input=Ledger, output=Text, limits=(), grace=timedelta(seconds=1))
def immortal(job: JobContext, query: Ledger) -> Text:
    """Run for ever, like `deaf`, with time enough to be cancelled."""
    return deaf(job, query)
