"""Start and stop of the whole stack, for `make run` and `make demo`."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from config import env
from config.embedded.folder import DataFolder
from config.embedded.owner import Owner, required_servers
from config.embedded.session import servers
from config.stack import preparation
from config.stack.access import Access, choose
from config.stack.login import Login
from config.stack.service_process import Say
from config.stack.services import environment, services
from config.stack.supervisor import Supervisor

FOLDER = Path(__file__).resolve().parent.parent.parent
"""The project's folder."""
READY_TIMEOUT_SECONDS = 60.0
"""Seconds that web, and a local model, have to answer."""


class AlreadyRunning(Exception):
    """Another process owns the servers of the data folder."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A stack that serves: where, and how to get in."""

    access: Access
    login: Login
    stopping: asyncio.Event


T = TypeVar("T")
Visit = Callable[[Ready], Awaitable[None]]
"""What is done while the stack runs."""


def data_dir() -> Path:
    """Give the data folder of this run."""
    return env.folder("DATA_DIR", FOLDER / ".data")


def address_file(folder: Path) -> Path:
    """Give the file that says where a running stack is reached."""
    return folder / "stack.json"


def run(say: Say, visit: Visit) -> bool:
    """Start everything, visit it, stop everything; whether the visit came to its end.

    It does not where the stack is told to stop before that.
    Raise `AlreadyRunning`, `PortTaken`, `PreparationFailed` or `ServerFailed`.
    """
    folder = data_dir()
    say("stack", f"starting PostgreSQL and Valkey in {folder}")
    with servers(folder) as owner:
        _be_alone(folder, owner, say)
        with choose() as access, _address_known(folder, access):
            return asyncio.run(_run(folder, access, owner, say, visit))


async def _run(folder: Path, access: Access, owner: Owner | None, say: Say, visit: Visit) -> bool:
    told = environment(folder, access)
    supervisor = Supervisor(
        services(folder, access), folder=FOLDER, environment=told, say=say, owner=owner
    )
    supervisor.stop_on_signals()
    login = await _unless(supervisor.stopping, _prepare(folder, told, say))
    if login is None:
        return False
    running = asyncio.create_task(supervisor.run())
    try:
        ready = Ready(access=access, login=login, stopping=supervisor.stopping)
        return await _unless(supervisor.stopping, _visit(ready, visit)) is not None
    finally:
        supervisor.stopping.set()
        await running


async def _prepare(folder: Path, told: dict[str, str], say: Say) -> Login:
    say("stack", "applying migrations and creating the demo users")
    (folder / "static").mkdir(exist_ok=True)
    return await preparation.prepare(FOLDER, told, folder)


async def _visit(ready: Ready, visit: Visit) -> Ready:
    for service, url in (("model", ready.access.model_url), ("web", ready.access.web_url)):
        if url and not await preparation.until_answering(url, seconds=READY_TIMEOUT_SECONDS):
            what = f"{service} did not respond within {READY_TIMEOUT_SECONDS:g} s"
            raise preparation.PreparationFailed(what)
    await visit(ready)
    return ready


async def _unless(stopping: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Do the work, and drop it, with None for its result, when the stack is told to stop."""
    task = asyncio.create_task(work)
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait((task,))
    return None


def _be_alone(folder: Path, owner: Owner | None, say: Say) -> None:
    if owner is not None:
        for described in preparation.stop_leftovers(folder):
            say("stack", f"stopped a process left over from an earlier run ({described})")
    elif required_servers(DataFolder(path=folder)):
        raise AlreadyRunning(
            f"Another process, `make run` or a manage.py command, already runs the servers of "
            f"{folder}. Stop it, or choose another DATA_DIR."
        )


@contextmanager
def _address_known(folder: Path, access: Access) -> Iterator[None]:
    file = address_file(folder)
    file.write_text(json.dumps({"url": access.web_url}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
