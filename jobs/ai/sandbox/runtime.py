"""The other side of `jobs.ai.sandbox.process`: it bounds itself, and answers orders."""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from jobs.errors import ConveyorError

MAX_WRITTEN = 1_000_000_000
"""Bytes of a file that it may write: far beyond any picture, far below any disk."""

Work = Callable[[list[IO[bytes]], Iterator[Any]], Iterator[Any]]
"""Given the open files and the orders, gives an answer to each order."""
Blame = Callable[[Exception], ConveyorError]
"""Says what an exception, of whatever library, means: a code and a message for the reader."""


def serve(work: Work, blame: Blame) -> None:
    """Answer the orders that come on standard input, until it closes; then the process ends."""
    for sent in (signal.SIGTERM, signal.SIGINT):  # meant for the parent, who decides
        signal.signal(sent, signal.SIG_IGN)
    answers = _taken_from_libraries()
    orders = _orders()
    try:
        first = next(orders)
        _bound(first["memory"])
        files: list[IO[bytes]] = [
            os.fdopen(number, "r+b" if place else "rb")
            for place, number in enumerate(first["files"])
        ]
        _send(answers, {"answer": None})
        for answer in work(files, _timed(orders, first["computing"])):
            _send(answers, {"answer": answer})
    except Exception as error:
        told = blame(error)
        _send(answers, {"error": {"code": told.code, "message": told.message}})


def _bound(memory: int) -> None:
    """Limit what this process may use, whichever library it runs."""
    # What is written to, private and no stack: what a process really takes (setrlimit(2)).
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN, MAX_WRITTEN))


def _timed(orders: Iterator[Any], seconds: int) -> Iterator[Any]:
    """Give so many seconds of a core to each order; SIGXCPU ends the process after them."""
    for order in orders:
        used = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + seconds, resource.RLIM_INFINITY))
        yield order


def _taken_from_libraries() -> IO[bytes]:
    """Keep standard output for the answers: what a library prints goes nowhere."""
    kept = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return kept


def _send(answers: IO[bytes], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def _orders() -> Iterator[Any]:
    """Give the orders as they come. A thread waits for them, and for the parent's end."""
    came: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            came.put(line)
        os._exit(0)  # also out of a library that never returns

    Thread(target=listen, daemon=True).start()
    while True:
        yield json.loads(came.get())
