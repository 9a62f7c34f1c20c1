"""Draws charts in a sandbox process, since a hostile chart can crash the process."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Self

from jobs.ai.rendering import chart_spec, messages, renderer, svg
from jobs.ai.rendering.document import RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.sandbox.process import SandboxProcess

MAX_CHARTS_PER_PROCESS = 20
"""The process is then replaced: the library does not release all of its memory."""


class ChartRenderer:
    """Draws charts in a sandbox process. The first chart takes seconds, the next ones a fraction.

    If a chart crashes the process, the next chart starts a new one. Call `close`, or use the
    renderer as a context manager.
    """

    def __init__(self) -> None:
        self._resources = ExitStack()
        self._process: SandboxProcess | None = None
        self._charts_drawn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process, self._charts_drawn = None, 0
        self._resources.close()

    def draw(self, specification: str) -> RenderedImage:
        """Draw a Vega-Lite specification. Raises `RenderingFailed`."""
        request = {"make": "chart", "spec": chart_spec.validate(specification)}
        if self._charts_drawn == MAX_CHARTS_PER_PROCESS:
            self.close()
        try:
            with renderer.map_errors():
                image = messages.load_image(self._start_process().request(request))
        except Exception:  # the process may have ended, whatever the error
            self.close()
            raise
        return replace(image, svg=_sanitize(image.svg))

    def _start_process(self) -> SandboxProcess:
        if self._process is None:
            self._process = self._resources.enter_context(
                renderer.start_renderer(renderer.CHART_RESERVED_BYTES)
            )
        self._charts_drawn += 1
        return self._process


def _sanitize(drawing: str) -> str:
    try:
        return svg.sanitize(drawing)
    except ValueError as error:
        raise RenderingFailed("The SVG of the chart is invalid or too large.") from error
