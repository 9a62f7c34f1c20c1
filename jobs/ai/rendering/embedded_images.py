"""Images of a document: draws the charts and loads the images that its text refers to."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from jobs.ai.rendering import images, renderer
from jobs.ai.rendering.chart_renderer import ChartRenderer
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.rendering.tree import CHART

MAX_IMAGES = 100
"""Per document."""

OnPicture = Callable[[int, int], None]
"""Called before each image with its number, from 1, and the number of images."""


def ignore_progress(number: int, total: int) -> None:
    """Report no progress."""


def embed_images(
    paper: MarkdownDocument, organization_id: uuid.UUID, on_picture: OnPicture = ignore_progress
) -> MarkdownDocument:
    """Return the document with its images, and a reason for each missing one.

    Call it in workers only: it loads heavy libraries, and a chart takes 1-2 s.
    """
    found: dict[str, RenderedImage] = {}
    missing: dict[str, str] = {}
    called = list(dict.fromkeys(_list_images(paper)))
    with ChartRenderer() as drawer:
        make: dict[str, Callable[[str], RenderedImage]] = {
            "chart": drawer.draw,
            "image": partial(images.load_image, organization_id),
        }
        for number, (kind, address) in enumerate(called, start=1):
            on_picture(number, len(called))
            try:
                if number > MAX_IMAGES:
                    raise RenderingFailed(f"A document shows at most {MAX_IMAGES} images.")
                found[address] = make[kind](address)
            except RenderingFailed as refused:
                missing[address] = refused.message
    return replace(paper, pictures=found, missing=missing)


def _list_images(paper: MarkdownDocument) -> list[tuple[str, str]]:
    if CHART not in paper.markdown and "![" not in paper.markdown:
        return []
    try:
        return renderer.list_images(paper)
    except RenderingFailed:  # too much to be read at all, as whoever makes its file will say
        return []
