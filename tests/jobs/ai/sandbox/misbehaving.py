"""A sandbox process that misbehaves: each request names one misbehaviour."""

import ctypes
import os
import signal
from collections.abc import Iterator
from typing import IO, Any

from documents.errors import from_exception
from jobs.ai.sandbox import runtime


def misbehave(files: list[IO[bytes]], requests: Iterator[Any]) -> Iterator[Any]:
    for request in requests:
        yield MISBEHAVIOURS[request](files)


def hang(files: list[IO[bytes]]) -> None:
    """Never return from C, with the GIL released, as libraries do."""
    ctypes.CDLL(None).pause()


def spin(files: list[IO[bytes]]) -> None:
    """Use CPU time for ever."""
    while True:
        pass


def crash(files: list[IO[bytes]]) -> None:
    """Read from address 0."""
    ctypes.string_at(0)


def eat(files: list[IO[bytes]]) -> int:
    """Take 2 GB."""
    return len(b"x" * 2_000_000_000)


def be_killed(files: list[IO[bytes]]) -> None:
    """Be killed, as by the kernel when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def chat(files: list[IO[bytes]]) -> str:
    """Print to the stream of the responses, as a library may."""
    os.write(1, b"hello, I am a library\n")
    return files[0].read().decode()


def tell(files: list[IO[bytes]]) -> list[str]:
    """Return the process id and the names of the environment variables."""
    return [str(os.getpid()), *sorted(os.environ)]


MISBEHAVIOURS = {one.__name__: one for one in (hang, spin, crash, eat, be_killed, chat, tell)}

if __name__ == "__main__":
    runtime.serve(misbehave, from_exception)
