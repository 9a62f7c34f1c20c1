"""One service under supervision: started, restarted when it dies, stopped with one signal."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from signal import Signals

from config.embedded.processes import die_with_parent
from config.stack.services import Service

Say = Callable[[str, str], None]
"""Takes the name of a service and a line about it, or of its output."""

FIRST_RESTART_WAIT_SECONDS = 0.5
"""Doubled for each further restart."""
MAX_RESTART_WAIT_SECONDS = 5.0
STEADY_SECONDS = 60.0
"""After this uptime, the next restart waits as the first."""
MAX_LINE_BYTES = 1 << 20


class ServiceProcess:
    """Keeps one service running until it is stopped."""

    def __init__(
        self,
        service: Service,
        *,
        folder: Path,
        environment: Mapping[str, str],
        say: Say,
        death_signal: Signals = Signals.SIGTERM,
    ) -> None:
        self.service = service
        self._folder = folder
        self._environment = {**environment, **service.environment}
        self._say = say
        self._death_signal = death_signal
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()

    async def keep_running(self) -> None:
        """Run the service; restart it with growing waits until `stop` is called."""
        try:
            await self._run_again_and_again()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Stop the service and wait until it has ended."""
        self._stopping.set()
        await self._ended.wait()

    async def _run_again_and_again(self) -> None:
        wait = FIRST_RESTART_WAIT_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            wait = FIRST_RESTART_WAIT_SECONDS if time.monotonic() - began > STEADY_SECONDS else wait
            self._say(self.service.name, f"ended ({_cause(code)}), restarts in {wait:g} s")
            await self._pause(wait)
            wait = min(wait * 2, MAX_RESTART_WAIT_SECONDS)

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
            start_new_session=True,  # a terminal's Ctrl-C reaches the supervisor alone
            preexec_fn=die_with_parent(self._death_signal),
        )
        self._say(self.service.name, self.service.note)
        assert process.stdout is not None  # noqa: S101  (it was asked for)
        output = asyncio.create_task(self._pass_on(process.stdout))
        code = await self._until_it_ends(process)
        _kill_group(process.pid)  # children that it left behind would hold the pipe open
        await output
        return code

    async def _until_it_ends(self, process: asyncio.subprocess.Process) -> int:
        """Wait; once told to stop, signal the main process, once, and kill what outlives the grace.

        Only here is a process signalled: a word to stop that comes while it is being started waits.
        """
        ended = asyncio.create_task(process.wait())
        told = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((ended, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not ended.done():
            with suppress(ProcessLookupError):  # it ended in this instant
                process.terminate()
            grace = self.service.grace.total_seconds()
            await asyncio.wait((ended,), timeout=grace)
            if not ended.done():
                self._say(self.service.name, f"did not stop within {grace:g} s, killed")
                _kill_group(process.pid)
        return await ended

    async def _pass_on(self, lines: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await lines.readline()
            except ValueError:
                continue  # longer than any line should be: that much of it is dropped
            if not line:
                return
            if text := line.decode(errors="replace").rstrip():
                self._say(self.service.name, text)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, Signals.SIGKILL)
    except ProcessLookupError:
        return  # nobody is left


def _cause(code: int) -> str:
    return Signals(-code).name if code < 0 else f"exit code {code}"
