"""Handlers whose values cannot be stored, or that end in unusual ways."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.errors import TransientError
from jobs.registry import job_type
from tests.jobtypes.job_types.inputs import QUICK


class Misbehaviour(BaseModel):
    """Where to use a value, and which."""

    model_config = ConfigDict(extra="forbid", strict=True)
    place: str
    kind: str = ""


class Anything(BaseModel):
    """Any value."""

    value: Any = None


class OwnExit(BaseException):
    """An exception of a library that is no `Exception`."""


def circle() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def nest(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


TEXTS: Mapping[str, str] = {
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "megabytes": "word " * 1_000_000,
}
VALUES: Mapping[str, Callable[[], Any]] = {
    "nul": lambda: TEXTS["nul"],
    "surrogate": lambda: TEXTS["surrogate"],
    "nul_name": lambda: {"a\x00": 1},
    "nan": lambda: float("nan"),
    "infinity": lambda: float("-inf"),
    "huge_integer": lambda: 10**5000,
    "object": object,
    "circle": circle,
    "deep": lambda: nest(240),
    "too_large": lambda: "x" * 34_000_000,
}
ENDS: Mapping[str, Callable[[], object]] = {
    "cancelled_error": lambda: _raise(asyncio.CancelledError()),
    "generator_exit": lambda: _raise(GeneratorExit()),
    "own_exit": lambda: _raise(OwnExit("x")),
    "sys_exit": lambda: sys.exit(3),
    "memory": lambda: _raise(MemoryError()),
}


def _raise(error: BaseException) -> None:
    raise error


@job_type("misbehaving", input=Misbehaviour, output=Anything, limits=(), retry=QUICK)
def misbehaving(job: JobContext, query: Misbehaviour) -> Anything:
    """Use a value where it cannot be stored, or end."""
    if query.place == "end":
        ENDS[query.kind]()
    use = _PLACES[query.place]
    return use(job, query.kind) or Anything(value="done")


def _fail(error: type[Exception], kind: str) -> None:
    raise error(TEXTS[kind])


def fork() -> Anything:
    """Return twice: the copy of the process forgot to exit. Its exit code is the output."""
    copy = os.fork()
    if copy == 0:
        return Anything(value="copy")
    return Anything(value=os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]))


_PLACES: Mapping[str, Callable[[JobContext, str], Any]] = {
    "output": lambda job, kind: Anything(value={"rows": [0, VALUES[kind]()]}),
    "step": lambda job, kind: job.step("s", VALUES[kind]) and None,
    "part": lambda job, kind: job.split([{"place": "end", "kind": "x", "y": VALUES[kind]()}]),
    "step_name": lambda job, kind: job.step(TEXTS[kind], lambda: 1) and None,
    "error": lambda job, kind: _fail(TransientError, kind),
    "bug": lambda job, kind: _fail(ValueError, kind),
    "progress": lambda job, kind: job.progress(10, TEXTS[kind]),
    "stream": lambda job, kind: job.stream_text(TEXTS[kind]),
    "model": lambda job, kind: job.add_usage(
        model=TEXTS[kind], prompt_tokens=1, completion_tokens=1, cost_usd=0
    ),
    "cost": lambda job, kind: job.add_usage(
        model="m", prompt_tokens=1, completion_tokens=1, cost_usd=VALUES[kind]()
    ),
    "fork": lambda job, kind: fork(),
    "wrong_type": lambda job, kind: "text",
}
