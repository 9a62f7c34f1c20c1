"""The commands of `python -m config.stack`: `run` and `demo`."""

from django.core.exceptions import ImproperlyConfigured
from rich.console import Console

from config.embedded.errors import ServerFailed
from config.stack.addresses import PortInUse
from config.stack.demo import run_demo
from config.stack.services import OUTPUT_NAMES
from config.stack.stack import AlreadyRunning, RunningStack, run_stack
from config.stack.startup import StartupFailed
from config.stack.terminal import Terminal

EXPECTED_ERRORS = (AlreadyRunning, ImproperlyConfigured, PortInUse, StartupFailed, ServerFailed)


def main(arguments: list[str]) -> int:
    """Run a command; return its exit code."""
    console = Console(highlight=False)
    try:
        match arguments:
            case ["run"]:
                return _run(console)
            case ["demo"]:
                return run_demo(console)
    except EXPECTED_ERRORS as error:
        console.print("[bold red]Conveyor cannot run:[/]", end=" ")
        console.print(str(error), markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    console.print("usage: python -m config.stack run|demo")
    return 2


def _run(console: Console) -> int:
    terminal = Terminal(console, OUTPUT_NAMES)

    async def show_summary(stack: RunningStack) -> None:
        terminal.write_summary(stack.addresses, stack.credentials)
        await stack.stopping.wait()

    run_stack(terminal.write_line, show_summary)
    terminal.write_line("stack", "stopped")
    return 0
