"""Writes block nodes: headings, paragraphs, lists, tables, quotations, code, images."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.tree import Node
from jobs.ai.rendering.word import styles, tables
from jobs.ai.rendering.word.inline import InlineWriter, RunFormat, add_image
from jobs.ai.rendering.word.lists import MAX_LEVEL, NumberedLists, indent_of, make_item
from jobs.ai.rendering.word.xml import edge, element

if TYPE_CHECKING:
    from docx.document import Document

OUTSIDE_LISTS = -1
"""The level outside any list."""


class BlockWriter:
    """Appends blocks to a DOCX document."""

    def __init__(self, document: "Document", source: MarkdownDocument) -> None:
        self._document = document
        self._source = source
        self._lists = NumberedLists(document)
        self._styles = styles.style_ids(document)
        self._level = OUTSIDE_LISTS
        self._open_item: int | None = None
        """The number of a list whose next item has no paragraph yet."""
        self._style = ""
        """The style of paragraphs within a quotation; empty outside."""
        self._writers: dict[str, Callable[[Node], None]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "table": self._table,
            "quote": self._quote,
            "listing": self._listing,
            "rule": self._rule,
            "chart": self._image,
            "image": self._image,
        }

    def write(self, nodes: Sequence[Node]) -> None:
        """Append blocks. An inline node outside a block gets a paragraph."""
        for node in nodes:
            write = self._writers.get(node["kind"])
            if write is not None:
                write(node)
            else:
                self._paragraph({"body": [node]})

    def _add_paragraph(self, style: str = "") -> Any:
        """Append a paragraph, as an item or indented where it is within a list."""
        from docx.shared import Twips

        paragraph = self._document.add_paragraph()
        if name := style or self._style:
            paragraph._p.style = self._styles[name]
        if self._open_item is not None:
            make_item(paragraph, self._open_item, self._level)
            self._open_item = None
        elif self._level != OUTSIDE_LISTS:
            paragraph.paragraph_format.left_indent = Twips(indent_of(self._level))
        return paragraph

    def _fill(self, paragraph: Any, node: Node) -> None:
        if node.get("rtl"):
            styles.insert_property(paragraph._p.get_or_add_pPr(), element("w:bidi"))
        self._inline(paragraph).write(node["body"])

    def _inline(self, paragraph: Any) -> InlineWriter:
        return InlineWriter(self._document, paragraph, self._source)

    def _heading(self, node: Node) -> None:
        level = max(1, node["level"] - 1)
        self._fill(self._add_paragraph(f"Heading {level}"), node)

    def _paragraph(self, node: Node) -> None:
        self._fill(self._add_paragraph(), node)

    def _list(self, node: Node) -> None:
        outer_level, self._level = self._level, min(self._level + 1, MAX_LEVEL)
        ordered = node["kind"] == "ordered_list"
        number = self._lists.add(ordered=ordered, level=self._level, start=node["start"])
        for content in node["items"]:
            self._open_item = number
            self.write(content or [{"kind": "paragraph", "body": []}])
            self._open_item = None
        self._level = outer_level

    def _quote(self, node: Node) -> None:
        outer_style, self._style = self._style, styles.QUOTATION
        self.write(node["body"])
        self._style = styles.CITATION
        self.write(node["citation"])
        self._style = outer_style

    def _listing(self, node: Node) -> None:
        paragraph = self._add_paragraph(styles.CODE)
        paragraph.add_run(node["text"])  # python-docx turns newlines into line breaks

    def _rule(self, node: Node) -> None:
        line = element("w:pBdr", edge("bottom", styles.HAIRLINE, 4))
        styles.insert_property(self._add_paragraph()._p.get_or_add_pPr(), line)

    def _table(self, node: Node) -> None:
        if self._open_item is not None:
            self._add_paragraph()  # a table cannot be an item: the bullet goes above it
        tables.add(self._document, node, self._styles, self._cell)

    def _cell(self, paragraph: Any, content: list[Node], is_header: bool) -> None:
        self._inline(paragraph).write(content, RunFormat(bold=is_header))

    def _image(self, node: Node) -> None:
        address, alt = node["address"], node["alt"]
        image = self._source.images.get(address)
        if image is not None:
            add_image(self._add_paragraph(), image, alt)
            return
        notice = self._source.missing_image_notice(node["kind"], address, alt)
        self._add_paragraph(styles.NOTE).add_run(notice)
        if node["kind"] == "chart":
            self._listing({"text": address})
