"""Handlers that do not stop in time, and one that stops too often."""

import ctypes
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from jobs.context import JobContext
from jobs.registry import job_type
from jobs.retry_policy import RetryPolicy
from tests.jobtypes.job_types.inputs import QUICK, Ledger, Nothing, Text, record


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


@job_type("exiting", input=Nothing, output=Text, limits=(), retry=RetryPolicy(max_attempts=1))
def exiting(job: JobContext, query: Nothing) -> Text:
    """End the process that runs it, without a word to Python."""
    os._exit(3)


@job_type("holding", input=Nothing, output=Text, limits=(), retry=RetryPolicy(max_attempts=1))
def holding(job: JobContext, query: Nothing) -> Text:
    """Call a C function that keeps the interpreter's lock for longer than the lease."""
    ctypes.PyDLL(None).sleep(15)
    return Text(text="too late")


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
