"""A child of the sandbox that misbehaves: each order names one misbehaviour."""

import ctypes
import os
import signal
from collections.abc import Iterator
from typing import IO, Any

from documents.errors import blamed
from jobs.ai.sandbox import runtime


def misbehave(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Do what each order says."""
    for order in orders:
        yield DEEDS[order](files)


def hang(files: list[IO[bytes]]) -> None:
    """Never come back from C, with the interpreter's lock let go of, as libraries do."""
    ctypes.CDLL(None).pause()


def spin(files: list[IO[bytes]]) -> None:
    """Compute for ever."""
    while True:
        pass


def crash(files: list[IO[bytes]]) -> None:
    """Read from address 0."""
    ctypes.string_at(0)


def eat(files: list[IO[bytes]]) -> int:
    """Take 2 GB."""
    return len(b"x" * 2_000_000_000)


def be_killed(files: list[IO[bytes]]) -> None:
    """Be ended as the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def chat(files: list[IO[bytes]]) -> str:
    """Print where the answers go, as a library may."""
    os.write(1, b"hello, I am a library\n")
    return files[0].read().decode()


def tell(files: list[IO[bytes]]) -> list[str]:
    """Say what is in the environment, and who we are."""
    return [str(os.getpid()), *sorted(os.environ)]


DEEDS = {deed.__name__: deed for deed in (hang, spin, crash, eat, be_killed, chat, tell)}

if __name__ == "__main__":
    runtime.serve(misbehave, blamed)
