"""Writes inline nodes: runs of text, links, small images."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.tree import Node, is_rtl
from jobs.ai.rendering.word import styles
from jobs.ai.rendering.word.xml import element

if TYPE_CHECKING:
    from docx.document import Document

EMU_PER_PIXEL = 9525
"""English metric units per pixel of 1/96 inch."""
LINK_COLOR = "1D5FA8"
MAX_INLINE_SIDE_PIXELS = 240
"""Width and height of an image within a line."""
MAX_BLOCK_PIXELS = (604, 860)
"""Width and height between the margins of a page."""


@dataclass(frozen=True, kw_only=True)
class RunFormat:
    """Formatting of a run."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    link: bool = False


RUN_FORMATS = {"strong": "bold", "emphasis": "italic", "strike": "strike"}


class InlineWriter:
    """Appends inline nodes to a paragraph."""

    def __init__(self, document: "Document", paragraph: Any, source: MarkdownDocument) -> None:
        self._document = document
        self._paragraph = paragraph
        self._source = source
        self._parent: Any = paragraph._p

    def write(self, nodes: Sequence[Node], format: RunFormat = RunFormat()) -> None:
        """Append nodes and the nodes below them."""
        for node in nodes:
            self._add(node, format)

    def _add(self, node: Node, format: RunFormat) -> None:
        kind = node["kind"]
        if kind in ("text", "code"):
            self._run(node["text"], format, code=kind == "code")
        elif kind == "break":
            self._paragraph.add_run().add_break()
        elif kind in RUN_FORMATS:
            self.write(node["body"], replace(format, **{RUN_FORMATS[kind]: True}))
        elif kind == "link":
            self._link(node, format)
        elif kind == "image":
            self._image(node)
        else:
            self.write(node.get("body", ()), format)

    def _run(self, text: str, format: RunFormat, *, code: bool = False) -> None:
        from docx.shared import RGBColor

        run = self._paragraph.add_run(text)
        if code:
            run._r.style = styles.INLINE_CODE.replace(" ", "")
        run.bold, run.italic = format.bold or None, format.italic or None
        run.font.strike = format.strike or None
        if format.link:
            run.font.color.rgb, run.font.underline = RGBColor.from_string(LINK_COLOR), True
        if is_rtl(text):
            run.font.rtl = True
        self._parent.append(run._r)

    def _link(self, node: Node, format: RunFormat) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml.ns import qn

        relation = self._document.part.relate_to(
            node["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        outer, self._parent = self._parent, element("w:hyperlink")
        self._parent.set(qn("r:id"), relation)
        outer.append(self._parent)
        self.write(node["body"], replace(format, link=True))
        self._parent = outer

    def _image(self, node: Node) -> None:
        image = self._source.images.get(node["address"])
        if image is None:
            notice = self._source.missing_image_notice("image", node["address"], node["alt"])
            self._run(notice, RunFormat(italic=True))
        else:
            max_size = (MAX_INLINE_SIDE_PIXELS, MAX_INLINE_SIDE_PIXELS)
            add_image(self._paragraph, image, node["alt"], max_size)


def add_image(
    paragraph: Any, image: RenderedImage, alt: str, max_size: tuple[int, int] = MAX_BLOCK_PIXELS
) -> None:
    """Append an image to a paragraph, scaled down to `max_size` in pixels if it is larger."""
    factor = min(1.0, max_size[0] / image.width, max_size[1] / image.height)
    shape = paragraph.add_run().add_picture(
        io.BytesIO(image.content),
        width=max(1, round(image.width * factor)) * EMU_PER_PIXEL,
        height=max(1, round(image.height * factor)) * EMU_PER_PIXEL,
    )
    properties = shape._inline.docPr
    properties.set("descr", alt)
    properties.set("name", f"Picture {properties.get('id')}")
