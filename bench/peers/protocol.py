"""The protocol between the benchmark and its programs: JSON objects, one per line.

The benchmark writes a request `{"command": ...}` to the standard input of the program and reads one
response from its standard output. A response with `error` has the traceback of a failed command.
"""

import json
import os
import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
TEXT = "x" * 100
"""The input of each job, and its result."""
TIMEOUT_SECONDS = 300.0
DRAIN_POLL_INTERVAL_SECONDS = 0.02
RESULT_POLL_INTERVAL_SECONDS = 0.001
"""For systems that offer nothing but polling to a caller that waits for a result."""


class Contender(ABC):
    """A system in which a worker returns a text."""

    def prepare(self) -> None:  # noqa: B027  # most contenders need no preparation
        """Create the tables, before the workers start."""

    @abstractmethod
    def submit(self, kind: str) -> Any:
        """Submit a job; return its handle."""

    def submit_many(self, kind: str, jobs: int) -> list[Any]:
        """Submit jobs one after another; return their handles."""
        return [self.submit(kind) for _ in range(jobs)]

    @abstractmethod
    def wait(self, handle: Any) -> None:
        """Wait for the result of a job as a caller would."""

    @abstractmethod
    def has_ended(self, handle: Any) -> bool:
        """Return whether a job has completed; raise if it failed."""

    @abstractmethod
    def last_end(self, handles: Sequence[Any]) -> float:
        """Return the time at which the last of these completed jobs ended, in seconds (epoch)."""


class Session:
    """Carries out the commands of the benchmark."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._handles: list[Any] = []

    def prepare(self) -> dict[str, Any]:
        self._contender.prepare()
        return {}

    def submit(self, kind: str, jobs: int) -> dict[str, Any]:
        """Submit jobs; return the seconds that it took."""
        started_at = time.perf_counter()
        self._handles = self._contender.submit_many(kind, jobs)
        return {"seconds": time.perf_counter() - started_at}

    def drain(self) -> dict[str, Any]:
        """Wait for the last job that was submitted. The queue is in order, so it ends last."""
        poll(
            lambda: self._contender.has_ended(self._handles[-1]),
            interval_seconds=DRAIN_POLL_INTERVAL_SECONDS,
        )
        return {}

    def last_end(self) -> dict[str, Any]:
        """Check that all submitted jobs completed; return the time at which the last one ended."""
        for handle in self._handles:
            poll(
                lambda handle=handle: self._contender.has_ended(handle),  # type: ignore[misc]
                interval_seconds=DRAIN_POLL_INTERVAL_SECONDS,
            )
        return {"at": self._contender.last_end(self._handles)}

    def latencies(self, samples: int) -> dict[str, Any]:
        """Submit jobs, each after the result of the one before; return the seconds of each."""
        seconds = []
        for _ in range(samples):
            started_at = time.perf_counter()
            self._contender.wait(self._contender.submit("echo"))
            seconds.append(time.perf_counter() - started_at)
        return {"seconds": seconds}


def poll(find: Callable[[], T | None], *, interval_seconds: float) -> T:
    """Call `find` until its result is true; return the result."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (found := find()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"The workers did not finish within {TIMEOUT_SECONDS:g} s.")
        time.sleep(interval_seconds)
    return found


def serve(session: object) -> None:
    """Carry out requests, each by the method that it names, until the standard input closes."""
    responses = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # prints of libraries must not mix with the responses
    for line in sys.stdin:
        request = json.loads(line)
        try:
            response = getattr(session, request.pop("command"))(**request)
        except Exception:  # the benchmark reports it
            response = {"error": traceback.format_exc()}
        print(json.dumps(response), file=responses)
