"""Starts and stops the whole stack: what `make run` and `make demo` have in common."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from config import env
from config.embedded.data_folder import DataFolder
from config.embedded.manager import ServerManager, required_servers
from config.embedded.session import run_servers
from config.stack import addresses, startup
from config.stack.addresses import StackAddresses
from config.stack.demo_credentials import DemoCredentials
from config.stack.service_process import WriteLine
from config.stack.services import list_services, service_environment
from config.stack.supervisor import Supervisor

PROJECT = Path(__file__).resolve().parent.parent.parent
START_TIMEOUT_SECONDS = 60.0
"""Time for web and for a local model to respond."""


class AlreadyRunning(Exception):
    """Another process owns the servers of the data folder."""


@dataclass(frozen=True, kw_only=True)
class RunningStack:
    """A stack that responds to requests."""

    addresses: StackAddresses
    credentials: DemoCredentials
    stopping: asyncio.Event


T = TypeVar("T")
Visit = Callable[[RunningStack], Awaitable[None]]
"""What to do while the stack runs; the stack stops when it returns."""


def data_dir() -> Path:
    return env.folder("DATA_DIR", PROJECT / ".data")


def address_file(folder: Path) -> Path:
    """Return the file that contains the URL of a running stack."""
    return folder / "stack.json"


def run_stack(write_line: WriteLine, visit: Visit) -> bool:
    """Start everything, await `visit`, stop everything.

    Returns whether `visit` completed; False if a signal stopped the stack before.
    Raises `AlreadyRunning`, `PortInUse`, `StartupFailed` or `ServerFailed`.
    """
    folder = data_dir()
    write_line("stack", f"starting PostgreSQL and Valkey in {folder}")
    with run_servers(folder) as manager:
        _ensure_alone(folder, manager, write_line)
        with addresses.reserve() as reserved, _publish_address(folder, reserved):
            return asyncio.run(_run(folder, reserved, manager, write_line, visit))


async def _run(
    folder: Path,
    reserved: StackAddresses,
    manager: ServerManager | None,
    write_line: WriteLine,
    visit: Visit,
) -> bool:
    environment = service_environment(folder, reserved)
    supervisor = Supervisor(
        list_services(folder, reserved),
        folder=PROJECT,
        environment=environment,
        write_line=write_line,
        manager=manager,
    )
    supervisor.stop_on_signals()
    preparation = _prepare(folder, environment, write_line)
    credentials = await _run_unless(supervisor.stopping, preparation)
    if credentials is None:
        return False
    supervision = asyncio.create_task(supervisor.run())
    try:
        stack = RunningStack(
            addresses=reserved, credentials=credentials, stopping=supervisor.stopping
        )
        return await _run_unless(supervisor.stopping, _visit(stack, visit)) is not None
    finally:
        supervisor.stopping.set()
        await supervision


async def _prepare(
    folder: Path, environment: dict[str, str], write_line: WriteLine
) -> DemoCredentials:
    write_line("stack", "applying migrations and creating the demo tenant")
    (folder / "static").mkdir(exist_ok=True)
    return await startup.prepare(PROJECT, environment, folder)


async def _visit(stack: RunningStack, visit: Visit) -> RunningStack:
    for service, url in (("model", stack.addresses.model_url), ("web", stack.addresses.web_url)):
        if url and not await startup.wait_until_responding(
            url, timeout_seconds=START_TIMEOUT_SECONDS
        ):
            raise startup.StartupFailed(
                f"{service} did not respond within {START_TIMEOUT_SECONDS:g} s. See its output."
            )
    await visit(stack)
    return stack


async def _run_unless(stopping: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Await `work` and return its result; cancel it and return None once `stopping` is set."""
    task = asyncio.create_task(work)
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait((task,))
    return None


def _ensure_alone(folder: Path, manager: ServerManager | None, write_line: WriteLine) -> None:
    if manager is not None:
        for description in startup.stop_leftovers(folder):
            write_line("stack", f"stopped a process of an earlier run: {description}")
    elif required_servers(DataFolder(path=folder)):
        raise AlreadyRunning(
            f"Another process uses the servers of {folder}: `make run` in another terminal, or a "
            "manage.py command. Stop that process, or set another DATA_DIR."
        )


@contextmanager
def _publish_address(folder: Path, reserved: StackAddresses) -> Iterator[None]:
    file = address_file(folder)
    file.write_text(json.dumps({"url": reserved.web_url}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
