"""A paper as PDF, set by typst. Its text travels as JSON data: markup in it stays literal."""

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
from jobs.ai.rendering.tree import Node, tree

TEMPLATE = Path(__file__).with_name("paper.typ")
LONG_WORD = re.compile(r"\S{24,}")
BREAKS = re.compile(
    r"(?<=[/_.\-?&=,;:])(?=\w)|(?<=[!-~\u00a1-\u052f]{40})(?=[!-~\u00a1-\u052f]{3})"
)
"""Where a long word may be broken: after a sign, and in what has none."""
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}
POINTS = 0.75
"""Of a pixel."""


@dataclass(frozen=True, kw_only=True)
class RenderedPdf:
    """A PDF file."""

    content: bytes
    pages: int
    without_font: tuple[str, ...] = ()
    """Scripts whose letters are boxes in it: "Tamil"."""


def render(paper: MarkdownDocument) -> RenderedPdf:
    """Set a paper. Raises `typst.TypstError` where it cannot be set."""
    import pypdfium2

    data = fonts.name_emoji(clean(page_data(paper)))
    content = _typeset(data, paper)
    document = pypdfium2.PdfDocument(content)
    try:
        return RenderedPdf(
            content=content,
            pages=len(document),
            without_font=tuple(fonts.scripts_without_font(data)),
        )
    finally:
        document.close()


def _typeset(data: str, paper: MarkdownDocument) -> bytes:
    """Let typst work in a folder of its own, the only one that it can read."""
    import typst

    with tempfile.TemporaryDirectory(prefix="conveyor-paper-") as made:
        folder = Path(made)
        shutil.copyfile(TEMPLATE, folder / TEMPLATE.name)
        (folder / "paper.json").write_text(data, encoding="utf-8")
        for name, content in _files(paper.pictures).values():
            (folder / name).write_bytes(content)
        return typst.compile(
            folder / TEMPLATE.name,
            root=folder,
            format="pdf",
            font_paths=[Path(one) for one in fonts.folders()],
            ignore_system_fonts=True,
            timestamp=paper.made_at.replace(microsecond=0),  # typst takes whole seconds
        )


def page_data(paper: MarkdownDocument) -> str:
    """Give what the template is handed: JSON."""
    data = {
        "title": paper.title,
        "organization": paper.organization,
        "language": paper.language,
        "facts": list(paper.facts.items()),
        "warning": paper.warning,
        "body": _prepare_nodes(tree(paper.markdown), _ImageNodes(paper)),
    }
    return json.dumps(data, ensure_ascii=False)


def _files(pictures: Mapping[str, RenderedImage]) -> dict[str, tuple[str, bytes]]:
    """Give the file of each picture, by what the text calls it."""
    return {
        address: (f"{number}.pdf", one.pdf)
        if one.pdf
        else (f"{number}{SUFFIXES[one.media_type]}", one.content)
        for number, (address, one) in enumerate(pictures.items())
    }


class _ImageNodes:
    """The pictures of a paper as the template shows them."""

    def __init__(self, paper: MarkdownDocument) -> None:
        self._paper = paper
        self._files = _files(paper.pictures)

    def node(self, called: Node) -> Node:
        """Give the node of a picture, or what stands in its place."""
        kind, address, alt = called["kind"], called["address"], called["alt"]
        picture = self._paper.pictures.get(address)
        if picture is None:
            text = _breakable(address) if kind == "chart" else ""
            why = self._paper.absence(kind, address, alt)
            return {"kind": "unseen", "why": why, "text": text, "block": called["block"]}
        return {
            "kind": "picture",
            "file": self._files[address][0],
            "width": picture.width * POINTS,
            "height": picture.height * POINTS,
            "alt": alt,
            "block": called["block"],
        }


def _prepare_nodes(nodes: Any, shown: _ImageNodes) -> Any:
    """Give nodes with room to break long words in, and with their pictures."""
    if isinstance(nodes, list):
        return [_prepare_nodes(one, shown) for one in nodes]
    if not isinstance(nodes, dict):
        return nodes
    if nodes["kind"] in ("chart", "image"):
        return shown.node(nodes)
    return {
        key: _breakable(value) if key == "text" else _prepare_nodes(value, shown)
        for key, value in nodes.items()
    }


def _breakable(text: str) -> str:
    return LONG_WORD.sub(lambda word: BREAKS.sub("\u200b", word.group()), text)
