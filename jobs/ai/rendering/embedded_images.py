"""Gives a paper the pictures that its text calls: charts are drawn, images are read."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from jobs.ai.rendering import images, renderer
from jobs.ai.rendering.chart_renderer import Drawer
from jobs.ai.rendering.document import Paper, Picture
from jobs.ai.rendering.errors import NotMade
from jobs.ai.rendering.tree import CHART

MOST = 100
"""Pictures of one paper."""

OnPicture = Callable[[int, int], None]
"""Is told before a picture is made: its number, from 1, and how many there are."""


def silently(number: int, total: int) -> None:
    """Tell nobody."""


def illustrated(
    paper: Paper, organization_id: uuid.UUID, on_picture: OnPicture = silently
) -> Paper:
    """Give the paper with its pictures, and for each that is not shown the reason.

    For workers: it loads heavy libraries and takes a second or two a chart.
    """
    found: dict[str, Picture] = {}
    missing: dict[str, str] = {}
    called = list(dict.fromkeys(_called(paper)))
    with Drawer() as drawer:
        make: dict[str, Callable[[str], Picture]] = {
            "chart": drawer.draw,
            "image": partial(images.load, organization_id),
        }
        for number, (kind, address) in enumerate(called, start=1):
            on_picture(number, len(called))
            try:
                if number > MOST:
                    raise NotMade(f"A text shows {MOST} pictures at most.")
                found[address] = make[kind](address)
            except NotMade as refused:
                missing[address] = refused.message
    return replace(paper, pictures=found, missing=missing)


def _called(paper: Paper) -> list[tuple[str, str]]:
    if CHART not in paper.markdown and "![" not in paper.markdown:
        return []
    try:
        return renderer.called(paper)
    except NotMade:  # too much to be read at all, as whoever makes its file will say
        return []
