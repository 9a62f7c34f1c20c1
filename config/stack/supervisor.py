"""Starts all services, watches the embedded servers, and stops the services in order."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from signal import Signals

from config.embedded.manager import ServerManager
from config.stack.service_process import ServiceProcess, WriteLine
from config.stack.services import Service

SERVER_CHECK_INTERVAL_SECONDS = 0.5


class Supervisor:
    """Runs services until it is stopped. The caller stops the embedded servers."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        folder: Path,
        environment: Mapping[str, str],
        write_line: WriteLine,
        manager: ServerManager | None = None,
    ) -> None:
        # If this process is killed, its embedded servers die at once: a worker that stops in order
        # would wait for a broker that never returns.
        death_signal = Signals.SIGKILL if manager else Signals.SIGTERM
        self._processes = [
            ServiceProcess(
                service,
                folder=folder,
                environment=environment,
                write_line=write_line,
                death_signal=death_signal,
            )
            for service in services
        ]
        self._write_line = write_line
        self._manager = manager
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Run until `stopping` is set, then stop phase by phase.

        Raises `ServerFailed` if an embedded server keeps exiting.
        """
        tasks = [asyncio.create_task(process.keep_running()) for process in self._processes]
        try:
            await self._watch_servers()
        finally:
            await self._stop_in_order()
            await asyncio.gather(*tasks)

    def stop_on_signals(self) -> None:
        """Stop at the first Ctrl-C, SIGTERM or SIGHUP; print a message at further ones."""
        loop = asyncio.get_running_loop()
        for number in (Signals.SIGINT, Signals.SIGTERM, Signals.SIGHUP):
            loop.add_signal_handler(number, self._on_signal)

    def _on_signal(self) -> None:
        again = self.stopping.is_set()
        waiting = "still stopping: workers finish or hand back their jobs"
        self._write_line("stack", waiting if again else "stopping")
        self.stopping.set()

    async def _watch_servers(self) -> None:
        while not self.stopping.is_set():
            for name in self._manager.restart_exited() if self._manager else ():
                self._write_line(name, "ended unexpectedly, restarted")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), SERVER_CHECK_INTERVAL_SECONDS)

    async def _stop_in_order(self) -> None:
        self.stopping.set()
        ordered = sorted(self._processes, key=_phase)
        for _, processes in groupby(ordered, key=_phase):
            await asyncio.gather(*(process.stop() for process in processes))


def _phase(process: ServiceProcess) -> int:
    return process.service.phase
