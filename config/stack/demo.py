"""`make demo`: the tour on a stack of its own, or on the one that an open `make run` has."""

import asyncio
import json
from pathlib import Path

from rich.console import Console

from config.stack import login
from config.stack.stack import AlreadyRunning, Ready, address_file, data_dir, run
from config.stack.tour import JobNotCompleted, Tour
from jobs.client import Client, ConveyorError

INTERRUPTED = 130


class NotServed(Exception):
    """The data folder is in use, by something that serves no API."""


def demo(console: Console) -> int:
    """Take the tour; exit code 0 if every job completed and the PDF is there.

    1 otherwise, and 130, the shell's word for Ctrl-C, if it was told to stop.
    """
    folder = data_dir()
    try:
        return 0 if _on_own_stack(console, folder) else INTERRUPTED
    except AlreadyRunning:
        _on_running_stack(console, folder)
    except (ConveyorError, JobNotCompleted, NotServed) as problem:
        console.print(f"The demo failed: {problem}", style="bold red", markup=False)
        return 1
    return 0


def _on_own_stack(console: Console, folder: Path) -> bool:
    async def visit(ready: Ready) -> None:
        api = Client(ready.access.web_url, ready.login.api_key)
        await asyncio.to_thread(Tour(api, console, folder).take)

    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    log = folder / "demo.log"
    console.print(f"Starting Conveyor; its lines go to {log}")
    with log.open("w", buffering=1) as lines:
        return run(lambda service, line: print(f"{service} | {line}", file=lines), visit)


def _on_running_stack(console: Console, folder: Path) -> None:
    known = login.read(folder / "demo-login.json")
    if known is None or not address_file(folder).exists():
        raise NotServed(f"The servers of {folder} run, but no web process: stop what owns them.")
    url = json.loads(address_file(folder).read_text())["url"]
    console.print(f"Conveyor runs at {url}")
    Tour(Client(url, known.api_key), console, folder).take()
