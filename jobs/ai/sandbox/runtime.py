"""The sandbox process itself: it limits its resources and handles requests.

The parent's side is `jobs.ai.sandbox.process`.
"""

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

MAX_FILE_BYTES = 1_000_000_000
"""Of a file that the process writes: far more than any image needs, far less than a disk holds."""

RequestHandler = Callable[[list[IO[bytes]], Iterator[Any]], Iterator[Any]]
"""Takes the open files and the requests, and yields one result per request."""
ErrorMapper = Callable[[Exception], ConveyorError]
"""Turns an exception of any library into an error with a code and a message for the reader."""


def serve(handle: RequestHandler, map_error: ErrorMapper) -> None:
    """Handle the requests that arrive on standard input. When it closes, the process exits."""
    for number in (signal.SIGTERM, signal.SIGINT):  # the parent gets them too, and decides
        signal.signal(number, signal.SIG_IGN)
    responses = _redirect_stdout()
    requests = _read_requests()
    try:
        setup = next(requests)
        _limit_resources(setup["memory_bytes"])
        files: list[IO[bytes]] = [
            os.fdopen(descriptor, "r+b" if index else "rb")
            for index, descriptor in enumerate(setup["files"])
        ]
        _send(responses, {"result": None})
        for result in handle(files, _limit_cpu_time(requests, setup["cpu_seconds"])):
            _send(responses, {"result": result})
    except Exception as exception:
        error = map_error(exception)
        _send(responses, {"error": {"code": error.code, "message": error.message}})


def _limit_resources(memory_bytes: int) -> None:
    """Limit memory, core dumps and file sizes of this process, whichever library it runs."""
    # RLIMIT_DATA counts private writable memory without the stack: what the process really takes
    # (setrlimit(2)).
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))


def _limit_cpu_time(requests: Iterator[Any], seconds: int) -> Iterator[Any]:
    """Allow each request this CPU time. After it, SIGXCPU ends the process."""
    for request in requests:
        used = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + seconds, resource.RLIM_INFINITY))
        yield request


def _redirect_stdout() -> IO[bytes]:
    """Return the original standard output, for responses. What libraries print is discarded."""
    original = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, sys.stdout.fileno())
    return original


def _send(responses: IO[bytes], message: dict[str, Any]) -> None:
    responses.write(json.dumps(message).encode() + b"\n")
    responses.flush()


def _read_requests() -> Iterator[Any]:
    """Yield the requests as they arrive. A thread reads them, and exits when the parent ends."""
    lines: SimpleQueue[bytes] = SimpleQueue()

    def read_stdin() -> None:
        for line in sys.stdin.buffer:
            lines.put(line)
        os._exit(0)  # works even while a library call never returns

    Thread(target=read_stdin, daemon=True).start()
    while True:
        yield json.loads(lines.get())
