"""Tables, whose first row comes back on each page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.tree import Node
from jobs.ai.rendering.word import styles
from jobs.ai.rendering.word.xml import edge, element

if TYPE_CHECKING:
    from docx.document import Document

TWIPS = round(styles.TEXT_WIDTH / 2.54 * 1440)
"""Twentieths of a point that a table is wide."""
SHORT = 14
"""Characters that a column of short texts is taken to be wide."""
MANY = 7
"""Columns from which on the letters are smaller."""

Fill = Callable[[Any, list[Node], bool], None]
"""Fills a paragraph with a cell's nodes; True for a cell of the first row."""


@dataclass(frozen=True, kw_only=True)
class TableColumns:
    """What the cells of a column have in common."""

    sides: list[str]
    """`left`, `center` or `right`."""
    widths: list[int]
    """Twentieths of a point."""
    style: str
    """Id of the paragraphs' style."""


def add(document: "Document", node: Node, style_ids: Mapping[str, str], fill: Fill) -> None:
    """Add a table, and an empty line that keeps it apart from the next one."""
    small = len(node["widths"]) >= MANY
    columns = TableColumns(
        sides=node["align"],
        widths=_widths(node["widths"]),
        style=style_ids[styles.SMALL_CELL if small else styles.CELL],
    )
    table = document.add_table(rows=0, cols=0)
    table.autofit = False
    _frame(table._tbl)
    for width in columns.widths:
        table._tbl.tblGrid.append(element("w:gridCol", w=width))
    for place, cells in enumerate(node["rows"]):
        table._tbl.append(_row(table, cells, columns, fill, first=place == 0))
    document.add_paragraph()._p.style = style_ids[styles.CELL]


def _row(
    table: Any, cells: list[list[Node]], columns: TableColumns, fill: Fill, *, first: bool
) -> Any:
    properties = element("w:trPr", element("w:cantSplit"))
    if first:
        properties.append(element("w:tblHeader"))
    row = element("w:tr", properties)
    below = (styles.ACCENT, 8) if first else (styles.HAIRLINE, 4)
    for content, side, width in zip(cells, columns.sides, columns.widths, strict=True):
        paragraph = _paragraph(table, columns.style, side)
        fill(paragraph, content, first)
        borders = element("w:tcBorders", edge("bottom", *below, 0))
        properties = element("w:tcPr", element("w:tcW", w=width, type="dxa"), borders)
        row.append(element("w:tc", properties, paragraph._p))
    return row


def _paragraph(table: Any, style: str, side: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.text.paragraph import Paragraph

    paragraph = Paragraph(element("w:p"), table._parent)
    paragraph._p.style = style
    if side != "left":
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())
    return paragraph


def _frame(table: Any) -> None:
    properties = table.tblPr
    margins = (
        element(f"w:{side}", w=60, type="dxa") for side in ("top", "left", "bottom", "right")
    )
    width = element("w:tblW", w=TWIPS, type="dxa")
    for known in properties.xpath("w:tblW"):
        properties.replace(known, width)
    look_of = properties.xpath("w:tblLook")
    cells = element("w:tblCellMar", *margins)
    if look_of:
        look_of[0].addprevious(cells)
    else:
        properties.append(cells)


def _widths(shares: list[int]) -> list[int]:
    """Give the widths of the columns in twentieths of a point, by what stands in them."""
    parts = [share or SHORT for share in shares]
    return [round(TWIPS * part / sum(parts)) for part in parts]
