"""The parent's side of a sandbox: start a process and send it requests.

The process sees its files, its requests and nothing else: no database, no secrets of the
environment. It limits its own memory and CPU time (`jobs.ai.sandbox.runtime`); the parent limits
the time until a response. When the parent ends, for whatever reason, the standard input of the
process closes and the process exits.
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

from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut
from jobs.errors import TransientError

log = logging.getLogger(__name__)

MAX_CPU_SECONDS = 120
"""CPU time of one request, unless the caller sets another limit. OCR gives up after 60 s."""
RESPONSE_TIMEOUT_SECONDS = 600
"""Covers a process that waits without using CPU time, and a busy machine."""
INHERITED_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "TZ")
SANDBOX_VARIABLES = {
    "OMP_THREAD_LIMIT": "1",  # one core per file; the parallelism is that of the worker pool
    # freed memory is returned at once, so that the memory limit counts only what is in use
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000",
}
READ_BYTES = 1 << 16
CPU_LIMIT_EXIT_CODE = -signal.SIGXCPU
KILLED_EXIT_CODE = -signal.SIGKILL
"""The kernel, when memory is short, or an operator sends SIGKILL; the file never causes it."""


class SandboxProcess:
    """A running sandbox process. It handles one request at a time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._requests = cast(IO[bytes], process.stdin)
        self._responses = cast(IO[bytes], process.stdout).fileno()

    def request(self, payload: Any) -> Any:
        """Send a JSON payload and return the JSON result.

        Raises `SandboxError` with the error that the process reports, `SandboxTimedOut`,
        `SandboxCrashed`, and `TransientError` if the process was killed from outside.
        """
        with suppress(BrokenPipeError):  # the process has ended; reading its response tells why
            self._requests.write(json.dumps(payload).encode() + b"\n")
            self._requests.flush()
        response = json.loads(self._read_line())
        if "error" in response:
            raise SandboxError(response["error"]["code"], response["error"]["message"])
        return response["result"]

    def _read_line(self) -> bytes:
        deadline = time.monotonic() + RESPONSE_TIMEOUT_SECONDS
        poll = select.poll()
        poll.register(self._responses, select.POLLIN | select.POLLHUP)
        chunks: list[bytes] = []
        while not chunks or not chunks[-1].endswith(b"\n"):
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not poll.poll(1000 * remaining):
                raise SandboxTimedOut
            chunk = os.read(self._responses, READ_BYTES)
            if not chunk:
                raise self._exit_error()
            chunks.append(chunk)
        return b"".join(chunks)

    def _exit_error(self) -> Exception:
        code = self._process.wait()
        if code == CPU_LIMIT_EXIT_CODE:
            return SandboxTimedOut()
        if code == KILLED_EXIT_CODE:
            return TransientError("The sandbox process of a file was killed from outside.")
        log.error("a sandbox process crashed over its file, exit code %s", code)
        return SandboxCrashed()


@contextmanager
def start_process(
    module: str, *files: IO[bytes], memory_bytes: int, cpu_seconds: int = MAX_CPU_SECONDS
) -> Iterator[SandboxProcess]:
    """Run `python -m module` for the duration of the block; `cpu_seconds` limits each request.

    The process inherits `files`, which must have a `fileno`: the first for reading, the others for
    writing.
    """
    descriptors = [file.fileno() for file in files]
    process = subprocess.Popen(  # noqa: S603  # our own module; no argument comes from the file
        [sys.executable, "-m", module],
        cwd=settings.BASE_DIR,
        env={
            **{name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ},
            **SANDBOX_VARIABLES,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # C libraries print over hostile files; errors come as responses
        pass_fds=descriptors,
    )
    try:
        sandbox = SandboxProcess(process)
        sandbox.request(
            {"files": descriptors, "memory_bytes": memory_bytes, "cpu_seconds": cpu_seconds}
        )
        yield sandbox
    finally:
        process.kill()
        process.communicate()
