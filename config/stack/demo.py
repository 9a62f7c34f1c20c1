"""`make demo`: run the demo on a stack of its own, or on the one that `make run` has started."""

import asyncio
import json
from pathlib import Path

from rich.console import Console

from config.stack import login
from config.stack.demo_run import DemoRun, JobNotCompleted
from config.stack.stack import AlreadyRunning, Ready, address_file, data_dir, run
from jobs.client import Client, ConveyorError

INTERRUPTED = 130


class NotServed(Exception):
    """The data folder is in use by a process that serves no API."""


def demo(console: Console) -> int:
    """Run the demo and return its exit code: 0 if every job completed and the PDF was written.

    1 otherwise, and 130, as a shell reports Ctrl-C, if it was interrupted.
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
        await asyncio.to_thread(DemoRun(api, console, folder).run_all)

    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    log = folder / "demo.log"
    console.print(f"Starting Conveyor. Its output goes to {log}")
    with log.open("w", buffering=1) as lines:
        return run(lambda service, line: print(f"{service} | {line}", file=lines), visit)


def _on_running_stack(console: Console, folder: Path) -> None:
    known = login.read(folder / "demo-login.json")
    if known is None or not address_file(folder).exists():
        raise NotServed(
            f"The database and Redis servers of {folder} are running, but no web server is. Stop "
            "the process that started them, or choose another DATA_DIR."
        )
    url = json.loads(address_file(folder).read_text())["url"]
    console.print(f"Conveyor is already running at {url}. The demo uses it.")
    DemoRun(Client(url, known.api_key), console, folder).run_all()
