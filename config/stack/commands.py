"""The two commands of `python -m config.stack`: `run` and `demo`."""

from django.core.exceptions import ImproperlyConfigured
from rich.console import Console

from config.embedded.errors import ServerFailed
from config.stack.access import PortTaken
from config.stack.demo import demo
from config.stack.preparation import PreparationFailed
from config.stack.services import NAMES
from config.stack.stack import AlreadyRunning, Ready, run
from config.stack.terminal import Terminal

EXPECTED = (AlreadyRunning, ImproperlyConfigured, PortTaken, PreparationFailed, ServerFailed)


def main(arguments: list[str]) -> int:
    """Run one of the two; give the exit code."""
    console = Console(highlight=False)
    try:
        match arguments:
            case ["run"]:
                return _run(console)
            case ["demo"]:
                return demo(console)
    except EXPECTED as problem:
        console.print(f"[bold red]{type(problem).__name__}[/]", end=": ")
        console.print(str(problem), markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    console.print("usage: python -m config.stack run|demo")
    return 2


def _run(console: Console) -> int:
    screen = Terminal(console, NAMES)

    async def stay(ready: Ready) -> None:
        screen.summarize(ready.access, ready.login)
        await ready.stopping.wait()

    run(screen.say, stay)
    screen.say("stack", "stopped")
    return 0
