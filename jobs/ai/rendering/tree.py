"""Markdown as a tree of plain data, from which pages are made."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from jobs.ai.rendering import chart_spec
from jobs.ai.rendering.markdown import parser
from jobs.ai.rendering.markup import clean

Node = dict[str, Any]
"""`{"kind": ..., ...}`: text stays text, whatever it looks like."""

LINKED = ("https://", "http://", "mailto:")
CHART = "vega-lite"
"""Info string of a code block that holds the specification of a chart."""
NARROW = 18
"""Characters up to which a table's column is as wide as its text."""


def tree(markdown: str) -> list[Node]:
    """Give the blocks of a text."""
    return _all(SyntaxTreeNode(parser().parse(clean(markdown))).children)


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Give every node below `nodes`, in the order in which it is read."""
    for node in nodes:
        yield node
        for part in ("body", "from"):
            yield from walk(node.get(part, ()))
        for item in node.get("items", ()):
            yield from walk(item)
        for row in node.get("rows", ()):
            for cell in row:
                yield from walk(cell)


def _all(nodes: Iterable[SyntaxTreeNode]) -> list[Node]:
    return [made for node in nodes for made in _node(node)]


def _node(node: SyntaxTreeNode) -> list[Node]:
    if node.type == "inline":
        return _all(node.children)
    make = KINDS.get(node.type)
    if make is not None:
        return [make(node)]
    # What the template does not know is shown as the text that it is.
    return [_text(node.content)] if node.content else _all(node.children)


def _text(content: str) -> Node:
    return {"kind": "text", "text": content}


def _holder(kind: str) -> Callable[[SyntaxTreeNode], Node]:
    return lambda node: {"kind": kind, "body": _all(node.children)}


def _paragraph(node: SyntaxTreeNode) -> Node:
    """Give a paragraph; one that is nothing but an image is the image."""
    body = _all(node.children)
    if len(body) == 1 and body[0]["kind"] == "image":
        return {**body[0], "block": True}
    return {"kind": "paragraph", "body": body, "rtl": is_rtl(_plain(node))}


def is_rtl(text: str) -> bool:
    """Whether a text begins with a letter that is written from right to left (UAX 9, P2)."""
    sides = (unicodedata.bidirectional(sign) for sign in text)
    return next((side for side in sides if side in ("L", "R", "AL")), "L") != "L"


def _image(node: SyntaxTreeNode) -> Node:
    address = str(node.attrs.get("src", ""))
    return {"kind": "image", "address": address, "alt": node.content, "block": False}


def _fence(node: SyntaxTreeNode) -> Node:
    content = node.content.rstrip("\n")
    if node.info.strip().lower() == CHART:
        title = chart_spec.chart_title(content)
        return {"kind": "chart", "address": content, "alt": title, "block": True}
    return {"kind": "listing", "text": content}


def _quote(node: SyntaxTreeNode) -> Node:
    """Give a quotation, and apart from it the line that says where it is from: `— notes.txt`."""
    body = _all(node.children)
    last = body[-1] if body else {}
    named = last.get("kind") == "paragraph" and _begins_with_dash(last["body"])
    return {"kind": "quote", "body": body[:-1] if named else body, "from": [last] if named else []}


def _begins_with_dash(inline: list[Node]) -> bool:
    return bool(inline) and str(inline[0].get("text", "")).startswith("—")


def _raw(kind: str) -> Callable[[SyntaxTreeNode], Node]:
    return lambda node: {"kind": kind, "text": node.content.rstrip("\n")}


def _heading(node: SyntaxTreeNode) -> Node:
    return {
        "kind": "heading",
        "level": int(node.tag[1:]),
        "body": _all(node.children),
        "rtl": is_rtl(_plain(node)),
    }


def _link(node: SyntaxTreeNode) -> Node:
    url = str(node.attrs.get("href", ""))
    body = _all(node.children)
    if not url.lower().startswith(LINKED):
        return {"kind": "span", "body": body}
    return {"kind": "link", "url": url, "body": body}


def _list(node: SyntaxTreeNode) -> Node:
    return {
        "kind": node.type,
        "start": int(node.attrs.get("start", 1)),
        "items": [_all(item.children) for item in node.children],
    }


def _table(node: SyntaxTreeNode) -> Node:
    rows = [row for part in node.children for row in part.children]
    texts = [[_plain(cell) for cell in row.children] for row in rows]
    sides = [_alignment(cell) for cell in rows[0].children]
    return {
        "kind": "table",
        "align": sides,
        "widths": [_width(*column) for column in zip(sides, zip(*texts, strict=True), strict=True)],
        "rows": [[_all(cell.children) for cell in row.children] for row in rows],
    }


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.removeprefix("text-align:") or "left"


def _width(side: str, column: Iterable[str]) -> int:
    """Give a column's share of the width; 0 is as wide as its text, as numbers are."""
    longest = max(len(text) for text in column)
    return 0 if longest <= NARROW or side == "right" else min(longest, 80)


def _plain(node: SyntaxTreeNode) -> str:
    if node.children:
        return "".join(_plain(child) for child in node.children)
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
    "strong": _holder("strong"),
    "em": _holder("emphasis"),
    "s": _holder("strike"),
    "link": _link,
    "bullet_list": _list,
    "ordered_list": _list,
    "table": _table,
}
