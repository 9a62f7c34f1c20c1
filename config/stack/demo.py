"""`make demo`: runs the demo on a stack of its own, or on that of an open `make run`."""

import asyncio
import json
from pathlib import Path

from rich.console import Console

from config.stack import demo_credentials
from config.stack.demo_run import DemoRun, JobNotCompleted
from config.stack.stack import AlreadyRunning, RunningStack, address_file, data_dir, run_stack
from jobs.client import Client, ConveyorError

INTERRUPTED = 130
"""Exit code of a shell command that was stopped by Ctrl-C."""


class WebNotRunning(Exception):
    """Another process uses the data folder, but it runs no web process."""


def run_demo(console: Console) -> int:
    """Run the demo.

    Returns 0 if every job completed and the PDF exists, 1 if not, 130 if a signal stopped it.
    """
    folder = data_dir()
    try:
        return 0 if _run_on_own_stack(console, folder) else INTERRUPTED
    except AlreadyRunning:
        _run_on_running_stack(console, folder)
    except (ConveyorError, JobNotCompleted, WebNotRunning) as error:
        console.print(f"The demo failed: {error}", style="bold red", markup=False)
        return 1
    return 0


def _run_on_own_stack(console: Console, folder: Path) -> bool:
    async def visit(stack: RunningStack) -> None:
        api = Client(stack.addresses.web_url, stack.credentials.api_key)
        await asyncio.to_thread(DemoRun(api, console, folder).run_all)

    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    log = folder / "demo.log"
    console.print(f"Starting Conveyor. Its output goes to {log}", soft_wrap=True)
    with log.open("w", buffering=1) as lines:
        return run_stack(lambda service, line: print(f"{service} | {line}", file=lines), visit)


def _run_on_running_stack(console: Console, folder: Path) -> None:
    credentials = demo_credentials.read(folder)
    if credentials is None or not address_file(folder).exists():
        raise WebNotRunning(
            f"Another process uses the servers of {folder}, but it runs no web process. "
            "Stop that process, or set another DATA_DIR."
        )
    url = json.loads(address_file(folder).read_text())["url"]
    console.print(f"Conveyor is already running at {url}. The demo uses it.")
    DemoRun(Client(url, credentials.api_key), console, folder).run_all()
