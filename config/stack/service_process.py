"""Runs one service: starts it, restarts it when it exits, stops it with one signal."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from signal import Signals

from config.embedded.processes import die_with_parent
from config.stack.services import Service

WriteLine = Callable[[str, str], None]
"""Takes the name of a service, and a line of its output or about it."""

MIN_RESTART_DELAY_SECONDS = 0.5
"""Delay before the first restart; each further restart doubles it."""
MAX_RESTART_DELAY_SECONDS = 5.0
STABLE_AFTER_SECONDS = 60.0
"""After this uptime, the delay starts from its minimum again."""
MAX_LINE_BYTES = 1 << 20


class ServiceProcess:
    """Keeps one service running until `stop` is called."""

    def __init__(
        self,
        service: Service,
        *,
        folder: Path,
        environment: Mapping[str, str],
        write_line: WriteLine,
        death_signal: Signals = Signals.SIGTERM,
    ) -> None:
        self.service = service
        self._folder = folder
        self._environment = {**environment, **service.environment}
        self._write_line = write_line
        self._death_signal = death_signal
        self._stop_requested = asyncio.Event()
        self._stopped = asyncio.Event()

    async def keep_running(self) -> None:
        """Run the service; restart it with growing delays until `stop` is called."""
        try:
            await self._run_with_restarts()
        finally:
            self._stopped.set()

    async def stop(self) -> None:
        """Stop the service, and wait until it has exited."""
        self._stop_requested.set()
        await self._stopped.wait()

    async def _run_with_restarts(self) -> None:
        delay = MIN_RESTART_DELAY_SECONDS
        while not self._stop_requested.is_set():
            started_at = time.monotonic()
            code = await self._run_once()
            if self._stop_requested.is_set():
                return
            delay = (
                MIN_RESTART_DELAY_SECONDS
                if time.monotonic() - started_at > STABLE_AFTER_SECONDS
                else delay
            )
            self._write_line(
                self.service.name, f"ended ({_describe(code)}), restarts in {delay:g} s"
            )
            await self._pause(delay)
            delay = min(delay * 2, MAX_RESTART_DELAY_SECONDS)

    async def _run_once(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self.service.command,
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=MAX_LINE_BYTES,
            pass_fds=self.service.descriptors,
            start_new_session=True,  # Ctrl-C in a terminal reaches only the supervisor
            preexec_fn=die_with_parent(self._death_signal),
        )
        if self.service.note:
            self._write_line(self.service.name, f"starting ({self.service.note})")
        assert process.stdout is not None  # noqa: S101  (it is a pipe)
        output = asyncio.create_task(self._copy_output(process.stdout))
        code = await self._wait_for_exit(process)
        _kill_group(process.pid)  # its leftover children would keep the pipe open
        await output
        return code

    async def _wait_for_exit(self, process: asyncio.subprocess.Process) -> int:
        """Wait for the exit; after a stop request send one SIGTERM, and SIGKILL after the grace.

        Signals are sent only here, so a stop request during the start waits for the process.
        """
        exited = asyncio.create_task(process.wait())
        stop_requested = asyncio.create_task(self._stop_requested.wait())
        await asyncio.wait((exited, stop_requested), return_when=asyncio.FIRST_COMPLETED)
        stop_requested.cancel()
        if not exited.done():
            with suppress(ProcessLookupError):  # it just exited
                process.terminate()
            grace = self.service.grace.total_seconds()
            await asyncio.wait((exited,), timeout=grace)
            if not exited.done():
                self._write_line(self.service.name, f"did not stop within {grace:g} s, killed")
                _kill_group(process.pid)
        return await exited

    async def _copy_output(self, lines: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await lines.readline()
            except ValueError:
                continue  # longer than MAX_LINE_BYTES: this part is dropped
            if not line:
                return
            if text := line.decode(errors="replace").rstrip():
                self._write_line(self.service.name, text)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop_requested.wait(), seconds)
        except TimeoutError:
            return


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, Signals.SIGKILL)
    except ProcessLookupError:
        return  # no process is left


def _describe(code: int) -> str:
    return Signals(-code).name if code < 0 else f"exit code {code}"
