"""Renders a document as PDF with typst. The text is JSON data, so typst markup in it is literal."""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.ai.rendering import fonts
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.markup import clean
from jobs.ai.rendering.tree import Node, parse

TEMPLATE = Path(__file__).with_name("document.typ")
LONG_WORD = re.compile(r"\S{24,}")
BREAKS = re.compile(
    r"(?<=[/_.\-?&=,;:])(?=\w)|(?<=[!-~\u00a1-\u052f]{40})(?=[!-~\u00a1-\u052f]{3})"
)
"""Positions where a long word may break: after punctuation, or after 40 characters without any."""
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}
POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, kw_only=True)
class RenderedPdf:
    """A PDF file."""

    content: bytes
    pages: int
    without_font: tuple[str, ...] = ()
    """Scripts without a font, shown as boxes: "Tamil"."""


def render(document: MarkdownDocument) -> RenderedPdf:
    """Render a document. Raises `typst.TypstError` if typst cannot compile it."""
    import pypdfium2

    data = fonts.name_emoji(clean(page_data(document)))
    content = _typeset(data, document)
    pdf_file = pypdfium2.PdfDocument(content)
    try:
        return RenderedPdf(
            content=content,
            pages=len(pdf_file),
            without_font=tuple(fonts.scripts_without_font(data)),
        )
    finally:
        pdf_file.close()


def _typeset(data: str, document: MarkdownDocument) -> bytes:
    """Compile the template in a temporary folder, the only one that typst can read."""
    import typst

    with tempfile.TemporaryDirectory(prefix="conveyor-document-") as path:
        folder = Path(path)
        shutil.copyfile(TEMPLATE, folder / TEMPLATE.name)
        (folder / "document.json").write_text(data, encoding="utf-8")
        for name, content in _image_files(document.images).values():
            (folder / name).write_bytes(content)
        return typst.compile(
            folder / TEMPLATE.name,
            root=folder,
            format="pdf",
            font_paths=[Path(fonts_folder) for fonts_folder in fonts.folders()],
            ignore_system_fonts=True,
            timestamp=document.made_at.replace(microsecond=0),  # typst accepts whole seconds only
        )


def page_data(document: MarkdownDocument) -> str:
    """Return the data of the template as JSON."""
    data = {
        "title": document.title,
        "organization": document.organization,
        "language": document.language,
        "facts": list(document.facts.items()),
        "warning": document.warning,
        "body": _prepare_nodes(parse(document.markdown), _ImageNodes(document)),
    }
    return json.dumps(data, ensure_ascii=False)


def _image_files(images: Mapping[str, RenderedImage]) -> dict[str, tuple[str, bytes]]:
    """Return the name and content of the file of each image, by its address in the text."""
    return {
        address: (f"{number}.pdf", image.pdf)
        if image.pdf
        else (f"{number}{SUFFIXES[image.media_type]}", image.content)
        for number, (address, image) in enumerate(images.items())
    }


class _ImageNodes:
    """Builds the template nodes of the images of a document."""

    def __init__(self, document: MarkdownDocument) -> None:
        self._document = document
        self._files = _image_files(document.images)

    def build(self, node: Node) -> Node:
        """Return the node of an image, or of the notice that it is missing."""
        kind, address, alt = node["kind"], node["address"], node["alt"]
        image = self._document.images.get(address)
        if image is None:
            text = _allow_breaks(address) if kind == "chart" else ""
            notice = self._document.missing_image_notice(kind, address, alt)
            return {
                "kind": "missing_image",
                "notice": notice,
                "specification": text,
                "block": node["block"],
            }
        return {
            "kind": "image",
            "file": self._files[address][0],
            "width": image.width * POINTS_PER_PIXEL,
            "height": image.height * POINTS_PER_PIXEL,
            "alt": alt,
            "block": node["block"],
        }


def _prepare_nodes(nodes: Any, image_nodes: _ImageNodes) -> Any:
    """Return nodes with break opportunities in long words, and with their images."""
    if isinstance(nodes, list):
        return [_prepare_nodes(node, image_nodes) for node in nodes]
    if not isinstance(nodes, dict):
        return nodes
    if nodes["kind"] in ("chart", "image"):
        return image_nodes.build(nodes)
    return {
        key: _allow_breaks(value) if key == "text" else _prepare_nodes(value, image_nodes)
        for key, value in nodes.items()
    }


def _allow_breaks(text: str) -> str:
    return LONG_WORD.sub(lambda word: BREAKS.sub("\u200b", word.group()), text)
