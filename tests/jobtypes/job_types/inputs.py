"""Inputs of the job types, and the ledger in which they record their effects."""

import time
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.retry_policy import RetryPolicy

QUICK = RetryPolicy(max_attempts=3, base_delay=timedelta(0))


class Nothing(BaseModel):
    """No input."""

    model_config = ConfigDict(extra="forbid")


class Text(BaseModel):
    """A text."""

    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = ""


class Ledger(BaseModel):
    """Where effects are written down, and the file that opens the gate."""

    model_config = ConfigDict(extra="forbid", strict=True)
    ledger: str
    gate: str = ""
    steps: int = 3
    pause: float = 0.0


def record(ledger: str, line: str) -> str:
    """Append a line to the ledger: one write, so that lines of several processes do not mix."""
    with Path(ledger).open("a") as file:
        file.write(f"{line}\n")
    return line


def wait_at_gate(job: JobContext, gate: str) -> None:
    """Wait until the gate's file is there; "" is no gate."""
    while gate and not Path(gate).exists():
        job.check_cancelled()
        time.sleep(0.05)
