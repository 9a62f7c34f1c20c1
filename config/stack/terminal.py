"""Terminal output of `make run`: the merged lines of all services, and a summary."""

from collections.abc import Sequence
from itertools import cycle

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from config import local_model
from config.stack.access import Access
from config.stack.login import Login

COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "bright_green", "bright_cyan")


class Terminal:
    """Writes `service | line`, one colour per service."""

    def __init__(self, console: Console, services: Sequence[str]) -> None:
        self._console = console
        self._width = max(map(len, services))
        self._colours = dict(zip(services, cycle(COLOURS)))

    def say(self, service: str, line: str) -> None:
        """Write a line of output of a service, or a message about it."""
        prefix = Text(f"{service:<{self._width}} | ", self._colours.get(service, "white"))
        self._console.print(prefix + Text(line), soft_wrap=True)

    def summarize(self, access: Access, login: Login) -> None:
        """Show the addresses and logins."""
        rows = Table.grid(padding=(0, 2))
        rows.add_row("Admin", f"{access.web_url}/admin/")
        rows.add_row("API", f"{access.web_url}/api/v1/docs/")
        rows.add_row("Flower", access.flower_url)
        if access.model_url:
            rows.add_row("Model", f"{local_model.NAME}  {access.model_url}/v1")
        rows.add_row("Login", f"{login.username}  {login.password}  (operator)")
        rows.add_row("", f"teammate  {login.password}")
        rows.add_row("API key", login.api_key)
        if access.flower_login:
            rows.add_row("Flower login", access.flower_login.replace(":", "  ", 1))
        rows.add_row("", "Press Ctrl-C to stop all services")
        self._console.print(Panel(rows, title="Conveyor is ready", expand=False))
