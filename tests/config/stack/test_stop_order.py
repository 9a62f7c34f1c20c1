"""Services stop phase by phase, each with one signal; a service that dies is restarted."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import psutil

from config.stack.service_process import ServiceProcess
from config.stack.services import Service
from config.stack.supervisor import Supervisor

OBEDIENT = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("up", flush=True)
signal.sigwait([signal.SIGTERM])
print("stopping", flush=True)
print("stopped", flush=True)
"""
IGNORES_SIGTERM = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True: signal.pause()
"""
EXITS_AT_ONCE = "import os; print('up', flush=True); os._exit(3)"


def service(name: str, code: str, *, phase: int = 1, grace: float = 20) -> Service:
    return Service(
        name=name,
        command=(sys.executable, "-c", code),
        phase=phase,
        grace=timedelta(seconds=grace),
    )


def lines_until_stopped(*services: Service, ups: int) -> list[tuple[str, str]]:
    """Run the services until they printed "up" `ups` times, then stop them; return their lines."""
    printed: list[tuple[str, str]] = []

    async def run() -> None:
        def write_line(name: str, line: str) -> None:
            if line:
                printed.append((name, line))
            if [text for _, text in printed].count("up") == ups:
                supervisor.stopping.set()

        supervisor = Supervisor(services, folder=Path.cwd(), environment={}, write_line=write_line)
        await asyncio.wait_for(supervisor.run(), 60)

    asyncio.run(run())
    return [(name, line) for name, line in printed if line != "up"]


def test_a_phase_stops_after_the_one_before_it() -> None:
    printed = lines_until_stopped(
        service("web", OBEDIENT, phase=3),
        service("worker", OBEDIENT, phase=2),
        service("beat", OBEDIENT, phase=1),
        ups=3,
    )
    assert printed == [
        (name, line) for name in ("beat", "worker", "web") for line in ("stopping", "stopped")
    ]


def test_a_service_that_does_not_stop_is_killed_after_its_grace() -> None:
    printed = lines_until_stopped(service("worker", IGNORES_SIGTERM, grace=0.2), ups=1)
    assert printed == [("worker", "did not stop within 0.2 s, killed")]


def test_a_service_that_dies_is_restarted_with_growing_delays() -> None:
    printed = lines_until_stopped(service("worker", EXITS_AT_ONCE), ups=3)
    assert printed[:2] == [
        ("worker", "ended (exit code 3), restarts in 0.5 s"),
        ("worker", "ended (exit code 3), restarts in 1 s"),
    ]


def test_a_stop_waits_for_a_service_that_is_starting() -> None:
    before = set(psutil.Process().children())

    async def run() -> set[psutil.Process]:
        child = ServiceProcess(
            service("worker", OBEDIENT),
            folder=Path.cwd(),
            environment={},
            write_line=lambda *_: None,
        )
        keeping = asyncio.create_task(child.keep_running())
        await asyncio.sleep(0)  # its process is being created now
        await asyncio.wait_for(child.stop(), 30)
        left = set(psutil.Process().children()) - before
        await asyncio.wait_for(keeping, 30)
        return left

    assert asyncio.run(run()) == set()
