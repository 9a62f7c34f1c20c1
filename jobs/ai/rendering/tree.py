"""Parses Markdown into a tree of plain data, which the PDF and DOCX renderers read."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from jobs.ai.rendering import chart_spec
from jobs.ai.rendering.markdown import parser
from jobs.ai.rendering.markup import clean

Node = dict[str, Any]
"""`{"kind": ..., ...}`. Text in a node is literal."""

LINK_SCHEMES = ("https://", "http://", "mailto:")
CHART_LANGUAGE = "vega-lite"
"""Info string of a code block that holds the specification of a chart."""
MAX_NARROW_CHARACTERS = 18
"""A table column with no longer text is as wide as its text."""
MAX_COLUMN_SHARE = 80


def parse(markdown: str) -> list[Node]:
    """Return the blocks of a text."""
    return _nodes(SyntaxTreeNode(parser().parse(clean(markdown))).children)


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield `nodes` and every node below them, in reading order."""
    for node in nodes:
        yield node
        for part in ("body", "citation"):
            yield from walk(node.get(part, ()))
        for item in node.get("items", ()):
            yield from walk(item)
        for row in node.get("rows", ()):
            for cell in row:
                yield from walk(cell)


def _nodes(nodes: Iterable[SyntaxTreeNode]) -> list[Node]:
    return [result for node in nodes for result in _node(node)]


def _node(node: SyntaxTreeNode) -> list[Node]:
    if node.type == "inline":
        return _nodes(node.children)
    make = KINDS.get(node.type)
    if make is not None:
        return [make(node)]
    # Kinds that the template does not know are shown as text.
    return [_text(node.content)] if node.content else _nodes(node.children)


def _text(content: str) -> Node:
    return {"kind": "text", "text": content}


def _container(kind: str) -> Callable[[SyntaxTreeNode], Node]:
    return lambda node: {"kind": kind, "body": _nodes(node.children)}


def _paragraph(node: SyntaxTreeNode) -> Node:
    """Return a paragraph, or a block image if the paragraph holds only an image."""
    body = _nodes(node.children)
    if len(body) == 1 and body[0]["kind"] == "image":
        return {**body[0], "block": True}
    return {"kind": "paragraph", "body": body, "rtl": is_rtl(_plain_text(node))}


def is_rtl(text: str) -> bool:
    """Whether the first letter of a text is written from right to left (UAX 9, P2)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return (
        next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"
    )


def _image(node: SyntaxTreeNode) -> Node:
    address = str(node.attrs.get("src", ""))
    return {"kind": "image", "address": address, "alt": node.content, "block": False}


def _fence(node: SyntaxTreeNode) -> Node:
    content = node.content.rstrip("\n")
    if node.info.strip().lower() == CHART_LANGUAGE:
        title = chart_spec.chart_title(content)
        return {"kind": "chart", "address": content, "alt": title, "block": True}
    return {"kind": "listing", "text": content}


def _quote(node: SyntaxTreeNode) -> Node:
    """Return a quotation. Its last line is its citation if it begins with a dash: `— notes.txt`."""
    body = _nodes(node.children)
    last = body[-1] if body else {}
    cited = last.get("kind") == "paragraph" and _begins_with_dash(last["body"])
    return {
        "kind": "quote",
        "body": body[:-1] if cited else body,
        "citation": [last] if cited else [],
    }


def _begins_with_dash(inline: list[Node]) -> bool:
    return bool(inline) and str(inline[0].get("text", "")).startswith("—")


def _raw(kind: str) -> Callable[[SyntaxTreeNode], Node]:
    return lambda node: {"kind": kind, "text": node.content.rstrip("\n")}


def _heading(node: SyntaxTreeNode) -> Node:
    return {
        "kind": "heading",
        "level": int(node.tag[1:]),
        "body": _nodes(node.children),
        "rtl": is_rtl(_plain_text(node)),
    }


def _link(node: SyntaxTreeNode) -> Node:
    url = str(node.attrs.get("href", ""))
    body = _nodes(node.children)
    if not url.lower().startswith(LINK_SCHEMES):
        return {"kind": "span", "body": body}
    return {"kind": "link", "url": url, "body": body}


def _list(node: SyntaxTreeNode) -> Node:
    return {
        "kind": node.type,
        "start": int(node.attrs.get("start", 1)),
        "items": [_nodes(item.children) for item in node.children],
    }


def _table(node: SyntaxTreeNode) -> Node:
    rows = [row for part in node.children for row in part.children]
    texts = [[_plain_text(cell) for cell in row.children] for row in rows]
    alignments = [_alignment(cell) for cell in rows[0].children]
    return {
        "kind": "table",
        "align": alignments,
        "widths": [
            _width_share(*column)
            for column in zip(alignments, zip(*texts, strict=True), strict=True)
        ],
        "rows": [[_nodes(cell.children) for cell in row.children] for row in rows],
    }


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.removeprefix("text-align:") or "left"


def _width_share(alignment: str, column: Iterable[str]) -> int:
    """Return a column's share of the width. 0 means as wide as its text, as for numbers."""
    longest = max(len(text) for text in column)
    if longest <= MAX_NARROW_CHARACTERS or alignment == "right":
        return 0
    return min(longest, MAX_COLUMN_SHARE)


def _plain_text(node: SyntaxTreeNode) -> str:
    if node.children:
        return "".join(_plain_text(child) for child in node.children)
    return node.content


KINDS: dict[str, Callable[[SyntaxTreeNode], Node]] = {
    "text": lambda node: _text(node.content),
    "softbreak": lambda _: {"kind": "text", "text": " "},
    "hardbreak": lambda _: {"kind": "break"},
    "image": _image,
    "code_inline": _raw("code"),
    "fence": _fence,
    "code_block": _raw("listing"),
    "hr": lambda _: {"kind": "rule"},
    "heading": _heading,
    "paragraph": _paragraph,
    "blockquote": _quote,
    "strong": _container("strong"),
    "em": _container("emphasis"),
    "s": _container("strike"),
    "link": _link,
    "bullet_list": _list,
    "ordered_list": _list,
    "table": _table,
}
