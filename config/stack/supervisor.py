"""All services together: start, watch, and stop in order."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from signal import Signals

from config.embedded.owner import Owner
from config.stack.service_process import Say, ServiceProcess
from config.stack.services import Service

POLL_INTERVAL_SECONDS = 0.5
"""Between two checks of the embedded servers."""


class Supervisor:
    """Runs services until it is stopped. The caller stops the embedded servers."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        folder: Path,
        environment: Mapping[str, str],
        say: Say,
        owner: Owner | None = None,
    ) -> None:
        # if we are killed, embedded servers die in the same instant: a worker told to stop would
        # wait for a broker that never comes back
        death_signal = Signals.SIGKILL if owner else Signals.SIGTERM
        self._children = [
            ServiceProcess(
                service,
                folder=folder,
                environment=environment,
                say=say,
                death_signal=death_signal,
            )
            for service in services
        ]
        self._say = say
        self._owner = owner
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Run until `stopping` is set, then stop phase after phase.

        Raises `ServerFailed` if an embedded server cannot be kept running.
        """
        keeping = [asyncio.create_task(child.keep_running()) for child in self._children]
        try:
            await self._watch_servers()
        finally:
            await self._stop_in_order()
            await asyncio.gather(*keeping)

    def stop_on_signals(self) -> None:
        """Stop at the first SIGINT, SIGTERM or SIGHUP; later ones only print a message."""
        loop = asyncio.get_running_loop()
        for number in (Signals.SIGINT, Signals.SIGTERM, Signals.SIGHUP):
            loop.add_signal_handler(number, self._on_signal)

    def _on_signal(self) -> None:
        again = self.stopping.is_set()
        self._say(
            "stack",
            "still stopping: workers finish or hand back their jobs" if again else "stopping",
        )
        self.stopping.set()

    async def _watch_servers(self) -> None:
        while not self.stopping.is_set():
            for name in self._owner.restart_the_dead() if self._owner else ():
                self._say(name, "ended unexpectedly, restarted")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), POLL_INTERVAL_SECONDS)

    async def _stop_in_order(self) -> None:
        self.stopping.set()
        by_phase = sorted(self._children, key=_phase)
        for _, children in groupby(by_phase, key=_phase):
            await asyncio.gather(*(child.stop() for child in children))


def _phase(child: ServiceProcess) -> int:
    return child.service.phase
