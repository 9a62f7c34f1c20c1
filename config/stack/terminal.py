"""Terminal output: the merged lines of all services, and the addresses and credentials."""

from collections.abc import Sequence
from itertools import cycle

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from config import local_model
from config.stack.addresses import StackAddresses
from config.stack.demo_credentials import DemoCredentials

COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "bright_green", "bright_cyan")


class Terminal:
    """Writes lines as `service | line`, in one colour per service."""

    def __init__(self, console: Console, services: Sequence[str]) -> None:
        self._console = console
        self._width = max(map(len, services))
        self._colours = dict(zip(services, cycle(COLOURS)))

    def write_line(self, service: str, line: str) -> None:
        prefix = Text(f"{service:<{self._width}} | ", self._colours.get(service, "white"))
        self._console.print(prefix + Text(line), soft_wrap=True)

    def write_summary(self, addresses: StackAddresses, credentials: DemoCredentials) -> None:
        rows = Table.grid(padding=(0, 2))
        rows.add_row("Admin", f"{addresses.web_url}/admin/")
        rows.add_row("API", f"{addresses.web_url}/api/v1/docs/")
        rows.add_row("Flower", addresses.flower_url)
        if addresses.model_url:
            rows.add_row("Model", f"{local_model.NAME}  {addresses.model_url}/v1")
        rows.add_row("Login", f"{credentials.username}  {credentials.password}  (operator)")
        rows.add_row("", f"teammate  {credentials.password}  (member)")
        rows.add_row("API key", credentials.api_key)
        if addresses.flower_login:
            rows.add_row("Flower login", addresses.flower_login.replace(":", "  ", 1))
        rows.add_row("", "Press Ctrl-C to stop.")
        self._console.print(Panel(rows, title="Conveyor is ready", expand=False))
