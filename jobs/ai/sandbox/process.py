"""A process for one piece of work, as whoever starts it sees it.

The process sees the file, its orders and nothing else: no database, no secrets of the environment.
It limits itself (`jobs.ai.sandbox.runtime`), and from here its patience. It ends when this process
does, however that ends: its standard input closes then.
"""

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

from django.conf import settings

from jobs.ai.sandbox.errors import Crashed, Failed, TimedOut
from jobs.errors import TransientError

log = logging.getLogger(__name__)

COMPUTING = 120
"""Seconds of a core for one answer, unless it is told another number. OCR gives up after 60."""
PATIENCE = 600
"""Seconds for one answer, for a process that waits and does not compute, or a busy machine."""
INHERITED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")
OWN = {
    "OMP_THREAD_LIMIT": "1",  # a file is one core's work; the pool of workers is the parallelism
    # memory that is let go of goes back at once, so that the limit counts what is in use
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000",
}
CHUNK = 1 << 16
OUT_OF_TIME = -signal.SIGXCPU
KILLED = -signal.SIGKILL
"""Who sends this is the machine, short of memory, or its operator; never the file."""


class Child:
    """A running process, which answers one order after the other."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._orders = cast(IO[bytes], process.stdin)
        self._answers = cast(IO[bytes], process.stdout).fileno()

    def ask(self, order: Any) -> Any:
        """Send an order (JSON) and give the answer (JSON).

        Raises `Failed` with what the process says, `TimedOut`, `Crashed`, and `TransientError`
        where somebody killed it.
        """
        with suppress(BrokenPipeError):  # it is gone: what is read next says why
            self._orders.write(json.dumps(order).encode() + b"\n")
            self._orders.flush()
        answer = json.loads(self._line())
        if "error" in answer:
            raise Failed(answer["error"]["code"], answer["error"]["message"])
        return answer["answer"]

    def _line(self) -> bytes:
        deadline = time.monotonic() + PATIENCE
        poll = select.poll()
        poll.register(self._answers, select.POLLIN | select.POLLHUP)
        read: list[bytes] = []
        while not read or not read[-1].endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(1000 * left):
                raise TimedOut
            chunk = os.read(self._answers, CHUNK)
            if not chunk:
                raise self._crash()
            read.append(chunk)
        return b"".join(read)

    def _crash(self) -> Exception:
        code = self._process.wait()
        if code == OUT_OF_TIME:
            return TimedOut()
        if code == KILLED:
            return TransientError("A process that worked on a file was killed from outside.")
        log.error("a process crashed over a file, exit code %s", code)
        return Crashed()


@contextmanager
def started(
    module: str, *files: IO[bytes], memory: int, computing: int = COMPUTING
) -> Iterator[Child]:
    """Run `python -m module` for a block, with so many bytes of memory and seconds for an answer.

    It finds these files open, which must have a `fileno`: the first to read, others to write.
    """
    numbers = [file.fileno() for file in files]
    process = subprocess.Popen(  # noqa: S603  # a module of ours; nothing of the file's
        [sys.executable, "-m", module],
        cwd=settings.BASE_DIR,
        env={
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **OWN,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what C libraries print over a hostile file; errors are sent
        pass_fds=numbers,
    )
    try:
        child = Child(process)
        child.ask({"files": numbers, "memory": memory, "computing": computing})
        yield child
    finally:
        process.kill()
        process.communicate()
