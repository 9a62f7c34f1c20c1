"""Draws the charts and loads the images that the text of a document refers to."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from jobs.ai.rendering import images, renderer
from jobs.ai.rendering.chart_renderer import ChartRenderer
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.rendering.tree import CHART_LANGUAGE

MAX_IMAGES = 100
"""Per document."""

OnImage = Callable[[int, int], None]
"""Called before each image with its number, from 1, and the number of images."""


def ignore_progress(number: int, total: int) -> None:
    """Report no progress."""


def embed_images(
    document: MarkdownDocument, organization_id: uuid.UUID, on_image: OnImage = ignore_progress
) -> MarkdownDocument:
    """Return the document with its images, and with a reason for each missing image.

    Call it in workers only: it loads heavy libraries, and a chart takes 1-2 s.
    """
    rendered: dict[str, RenderedImage] = {}
    missing: dict[str, str] = {}
    references = list(dict.fromkeys(_list_images(document)))
    with ChartRenderer() as chart_renderer:
        renderers: dict[str, Callable[[str], RenderedImage]] = {
            "chart": chart_renderer.draw,
            "image": partial(images.load_image, organization_id),
        }
        for number, (kind, address) in enumerate(references, start=1):
            on_image(number, len(references))
            try:
                if number > MAX_IMAGES:
                    raise RenderingFailed(f"A document shows at most {MAX_IMAGES} images.")
                rendered[address] = renderers[kind](address)
            except RenderingFailed as error:
                missing[address] = error.message
    return replace(document, images=rendered, missing_images=missing)


def _list_images(document: MarkdownDocument) -> list[tuple[str, str]]:
    if CHART_LANGUAGE not in document.markdown and "![" not in document.markdown:
        return []
    try:
        return renderer.list_images(document)
    except RenderingFailed:  # the text cannot be parsed: rendering its file fails as well
        return []
