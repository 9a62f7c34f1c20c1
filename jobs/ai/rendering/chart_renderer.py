"""Charts drawn one after the other, in a process that a chart may end."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Self

from jobs.ai.rendering import chart_spec, renderer, svg
from jobs.ai.rendering.document import Picture
from jobs.ai.rendering.errors import NotMade
from jobs.ai.sandbox.process import SandboxProcess

MOST_OF_A_PROCESS = 20
"""Charts; the library does not give back all of its memory."""


class Drawer:
    """Draws charts in a process of its own: the first takes seconds, those after it a fraction.

    The process is replaced where a chart has ended it. Close it, or use it as a context.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self._child: SandboxProcess | None = None
        self._drawn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._child, self._drawn = None, 0
        self._running.close()

    def draw(self, specification: str) -> Picture:
        """Draw a Vega-Lite specification. Raises `NotMade`."""
        order = {"make": "chart", "spec": chart_spec.checked(specification)}
        if self._drawn == MOST_OF_A_PROCESS:
            self.close()
        try:
            with renderer.explained():
                made = renderer.picture_of(self._ready().request(order))
        except Exception:  # whatever it was, the process may be gone
            self.close()
            raise
        return replace(made, svg=_shown(made.svg))

    def _ready(self) -> SandboxProcess:
        if self._child is None:
            self._child = self._running.enter_context(renderer.started(renderer.RESERVED))
        self._drawn += 1
        return self._child


def _shown(drawn: str) -> str:
    try:
        return svg.cleaned(drawn)
    except ValueError as error:
        raise NotMade("What was drawn is no picture that may be shown.") from error
