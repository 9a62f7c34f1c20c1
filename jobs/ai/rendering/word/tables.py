"""Writes tables. The first row is repeated on each page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.tree import Node
from jobs.ai.rendering.word import styles
from jobs.ai.rendering.word.xml import edge, element

if TYPE_CHECKING:
    from docx.document import Document

TABLE_WIDTH_TWIPS = round(styles.TEXT_WIDTH_CM / 2.54 * 1440)
"""Width of a table, in twentieths of a point."""
NARROW_COLUMN_SHARE = 14
"""Share of a column without a share of its own, in characters."""
MIN_SMALL_PRINT_COLUMNS = 7
"""A table with at least this many columns has a smaller font."""

WriteCell = Callable[[Any, list[Node], bool], None]
"""Writes the nodes of a cell into a paragraph. The flag is true for cells of the header row."""


@dataclass(frozen=True, kw_only=True)
class TableColumns:
    """Layout of the columns of a table."""

    alignments: list[str]
    """`left`, `center` or `right`."""
    widths: list[int]
    """Twentieths of a point."""
    style: str
    """Id of the paragraph style."""


def add(
    document: "Document", node: Node, style_ids: Mapping[str, str], write_cell: WriteCell
) -> None:
    """Append a table and an empty paragraph, which separates it from a following table."""
    small = len(node["widths"]) >= MIN_SMALL_PRINT_COLUMNS
    columns = TableColumns(
        alignments=node["align"],
        widths=_widths_in_twips(node["widths"]),
        style=style_ids[styles.SMALL_CELL if small else styles.CELL],
    )
    table = document.add_table(rows=0, cols=0)
    table.autofit = False
    _set_widths_and_margins(table._tbl)
    for width in columns.widths:
        table._tbl.tblGrid.append(element("w:gridCol", w=width))
    for index, cells in enumerate(node["rows"]):
        table._tbl.append(_row(table, cells, columns, write_cell, is_header=index == 0))
    document.add_paragraph()._p.style = style_ids[styles.CELL]


def _row(
    table: Any,
    cells: list[list[Node]],
    columns: TableColumns,
    write_cell: WriteCell,
    *,
    is_header: bool,
) -> Any:
    properties = element("w:trPr", element("w:cantSplit"))
    if is_header:
        properties.append(element("w:tblHeader"))
    row = element("w:tr", properties)
    bottom_border = (styles.ACCENT, 8) if is_header else (styles.HAIRLINE, 4)
    for content, alignment, width in zip(cells, columns.alignments, columns.widths, strict=True):
        paragraph = _paragraph(table, columns.style, alignment)
        write_cell(paragraph, content, is_header)
        borders = element("w:tcBorders", edge("bottom", *bottom_border, 0))
        properties = element("w:tcPr", element("w:tcW", w=width, type="dxa"), borders)
        row.append(element("w:tc", properties, paragraph._p))
    return row


def _paragraph(table: Any, style: str, alignment: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.text.paragraph import Paragraph

    paragraph = Paragraph(element("w:p"), table._parent)
    paragraph._p.style = style
    if alignment != "left":
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, alignment.upper())
    return paragraph


def _set_widths_and_margins(table: Any) -> None:
    properties = table.tblPr
    margins = (element(f"w:{side}", w=60, type="dxa") for side in styles.SIDES)
    width = element("w:tblW", w=TABLE_WIDTH_TWIPS, type="dxa")
    for existing in properties.xpath("w:tblW"):
        properties.replace(existing, width)
    looks = properties.xpath("w:tblLook")
    cell_margins = element("w:tblCellMar", *margins)
    if looks:
        looks[0].addprevious(cell_margins)
    else:
        properties.append(cell_margins)


def _widths_in_twips(shares: list[int]) -> list[int]:
    """Return the column widths in twentieths of a point, in proportion to their shares."""
    resolved = [share or NARROW_COLUMN_SHARE for share in shares]
    return [round(TABLE_WIDTH_TWIPS * share / sum(resolved)) for share in resolved]
