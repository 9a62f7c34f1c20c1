"""What stands one below the other: headings, paragraphs, lists, tables, quotations, pictures."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.tree import Node
from jobs.ai.rendering.word import styles, tables
from jobs.ai.rendering.word.inline import InlineWriter, RunFormat, add_image
from jobs.ai.rendering.word.lists import DEEPEST, NumberedLists, indent_of, item
from jobs.ai.rendering.word.xml import edge, element

if TYPE_CHECKING:
    from docx.document import Document

OUTSIDE_LISTS = -1
"""The level outside of any list."""


class BlockWriter:
    """Writes blocks into a document, one after the other."""

    def __init__(self, document: "Document", paper: MarkdownDocument) -> None:
        self._document = document
        self._paper = paper
        self._lists = NumberedLists(document)
        self._styles = styles.style_ids(document)
        self._level = OUTSIDE_LISTS
        self._marked: int | None = None
        """Number of the list whose next item has no paragraph yet."""
        self._style = ""
        """Style of paragraphs where it is not the usual one: within a quotation."""
        self._kinds: dict[str, Callable[[Node], None]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "table": self._table,
            "quote": self._quote,
            "listing": self._listing,
            "rule": self._rule,
            "chart": self._picture,
            "image": self._picture,
        }

    def write(self, nodes: Sequence[Node]) -> None:
        """Add blocks; inline nodes that stand alone get a paragraph."""
        for node in nodes:
            write = self._kinds.get(node["kind"])
            if write is not None:
                write(node)
            else:
                self._paragraph({"body": [node]})

    def _new(self, style: str = "") -> Any:
        """Begin a paragraph, within the list that it stands in."""
        from docx.shared import Twips

        paragraph = self._document.add_paragraph()
        if name := style or self._style:
            paragraph._p.style = self._styles[name]
        if self._marked is not None:
            item(paragraph, self._marked, self._level)
            self._marked = None
        elif self._level != OUTSIDE_LISTS:
            paragraph.paragraph_format.left_indent = Twips(indent_of(self._level))
        return paragraph

    def _fill(self, paragraph: Any, node: Node) -> None:
        if node.get("rtl"):
            styles.place(paragraph._p.get_or_add_pPr(), element("w:bidi"))
        self._line(paragraph).fill(node["body"])

    def _line(self, paragraph: Any) -> InlineWriter:
        return InlineWriter(self._document, paragraph, self._paper)

    def _heading(self, node: Node) -> None:
        level = max(1, node["level"] - 1)
        self._fill(self._new(f"Heading {level}"), node)

    def _paragraph(self, node: Node) -> None:
        self._fill(self._new(), node)

    def _list(self, node: Node) -> None:
        around, self._level = self._level, min(self._level + 1, DEEPEST)
        ordered = node["kind"] == "ordered_list"
        number = self._lists.begin(ordered=ordered, level=self._level, start=node["start"])
        for content in node["items"]:
            self._marked = number
            self.write(content or [{"kind": "paragraph", "body": []}])
            self._marked = None
        self._level = around

    def _quote(self, node: Node) -> None:
        around, self._style = self._style, styles.QUOTED
        self.write(node["body"])
        self._style = styles.CITED
        self.write(node["from"])
        self._style = around

    def _listing(self, node: Node) -> None:
        paragraph = self._new(styles.CODE)
        paragraph.add_run(node["text"])  # python-docx makes line breaks of its line ends

    def _rule(self, node: Node) -> None:
        line = element("w:pBdr", edge("bottom", styles.HAIRLINE, 4))
        styles.place(self._new()._p.get_or_add_pPr(), line)

    def _table(self, node: Node) -> None:
        if self._marked is not None:
            self._new()  # a table is no item: the sign of the list stands above it
        tables.add(self._document, node, self._styles, self._cell)

    def _cell(self, paragraph: Any, content: list[Node], first: bool) -> None:
        self._line(paragraph).fill(content, RunFormat(bold=first))

    def _picture(self, node: Node) -> None:
        address, alt = node["address"], node["alt"]
        shown = self._paper.pictures.get(address)
        if shown is not None:
            add_image(self._new(), shown, alt)
            return
        said = self._paper.absence(node["kind"], address, alt)
        self._new(styles.NOTE).add_run(said)
        if node["kind"] == "chart":
            self._listing({"text": address})
