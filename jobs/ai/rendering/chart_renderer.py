"""Drawing of charts in a sandbox process, which a hostile chart may end."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Self

from jobs.ai.rendering import chart_spec, renderer, svg
from jobs.ai.rendering.document import RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.sandbox.process import SandboxProcess

MAX_CHARTS_PER_PROCESS = 20
"""The library does not release all of its memory."""


class ChartRenderer:
    """Draws charts in a sandbox process. The first takes seconds, the next ones a fraction.

    A new process is started if a chart has ended the previous one. Close it, or use it as a
    context manager.
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

    def draw(self, specification: str) -> RenderedImage:
        """Draw a Vega-Lite specification. Raises `RenderingFailed`."""
        order = {"make": "chart", "spec": chart_spec.validate(specification)}
        if self._drawn == MAX_CHARTS_PER_PROCESS:
            self.close()
        try:
            with renderer.map_errors():
                made = renderer.parse_image(self._ready().request(order))
        except Exception:  # in any case the process may have ended
            self.close()
            raise
        return replace(made, svg=_sanitize(made.svg))

    def _ready(self) -> SandboxProcess:
        if self._child is None:
            self._child = self._running.enter_context(
                renderer.start_renderer(renderer.CHART_RESERVED_BYTES)
            )
        self._drawn += 1
        return self._child


def _sanitize(drawn: str) -> str:
    try:
        return svg.sanitize(drawn)
    except ValueError as error:
        raise RenderingFailed("The drawing is not a safe image.") from error
