"""What stands within a line: runs of text, links, small pictures."""

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

EMU = 9525
"""English metric units of a pixel of 1/96 inch."""
LINK_COLOR = "1D5FA8"
SMALL = 240
"""Pixels that an image within a line is wide at most."""
LARGE = (604, 860)
"""Pixels that fit between the margins of a page."""


@dataclass(frozen=True, kw_only=True)
class RunFormat:
    """How a run looks."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    link: bool = False


RUN_FORMATS = {"strong": "bold", "emphasis": "italic", "strike": "strike"}


class InlineWriter:
    """A paragraph that is filled with inline nodes."""

    def __init__(self, document: "Document", paragraph: Any, paper: MarkdownDocument) -> None:
        self._document = document
        self._paragraph = paragraph
        self._paper = paper
        self._into: Any = paragraph._p

    def fill(self, nodes: Sequence[Node], manner: RunFormat = RunFormat()) -> None:
        """Add nodes, and what is in them."""
        for node in nodes:
            self._add(node, manner)

    def _add(self, node: Node, manner: RunFormat) -> None:
        kind = node["kind"]
        if kind in ("text", "code"):
            self._run(node["text"], manner, code=kind == "code")
        elif kind == "break":
            self._paragraph.add_run().add_break()
        elif kind in RUN_FORMATS:
            self.fill(node["body"], replace(manner, **{RUN_FORMATS[kind]: True}))
        elif kind == "link":
            self._link(node, manner)
        elif kind == "image":
            self._image(node)
        else:
            self.fill(node.get("body", ()), manner)

    def _run(self, text: str, manner: RunFormat, *, code: bool = False) -> None:
        from docx.shared import RGBColor

        run = self._paragraph.add_run(text)
        if code:
            run._r.style = styles.INLINE_CODE.replace(" ", "")
        run.bold, run.italic = manner.bold or None, manner.italic or None
        run.font.strike = manner.strike or None
        if manner.link:
            run.font.color.rgb, run.font.underline = RGBColor.from_string(LINK_COLOR), True
        if is_rtl(text):
            run.font.rtl = True
        self._into.append(run._r)

    def _link(self, node: Node, manner: RunFormat) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml.ns import qn

        relation = self._document.part.relate_to(
            node["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        around, self._into = self._into, element("w:hyperlink")
        self._into.set(qn("r:id"), relation)
        around.append(self._into)
        self.fill(node["body"], replace(manner, link=True))
        self._into = around

    def _image(self, node: Node) -> None:
        shown = self._paper.pictures.get(node["address"])
        if shown is None:
            said = self._paper.absence("image", node["address"], node["alt"])
            self._run(said, RunFormat(italic=True))
        else:
            add_image(self._paragraph, shown, node["alt"], (SMALL, SMALL))


def add_image(
    paragraph: Any, picture: RenderedImage, alt: str, room: tuple[int, int] = LARGE
) -> None:
    """Put a picture into a paragraph, as large as it is or as the room allows."""
    factor = min(1.0, room[0] / picture.width, room[1] / picture.height)
    shape = paragraph.add_run().add_picture(
        io.BytesIO(picture.content),
        width=max(1, round(picture.width * factor)) * EMU,
        height=max(1, round(picture.height * factor)) * EMU,
    )
    properties = shape._inline.docPr
    properties.set("descr", alt)
    properties.set("name", f"Picture {properties.get('id')}")
