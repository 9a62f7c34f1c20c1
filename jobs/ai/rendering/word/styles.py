"""Styles of a document: those of Word for headings and titles, and our own."""

from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.word.xml import edge, element, shading

if TYPE_CHECKING:
    from docx.document import Document
    from docx.shared import RGBColor

ORGANIZATION, FACT, WARNING = "Paper Organization", "Paper Fact", "Paper Warning"
CODE, QUOTATION, CITATION, NOTE = "Paper Code", "Paper Quotation", "Paper Citation", "Paper Note"
CELL, SMALL_CELL = "Paper Cell", "Paper Small Cell"
INLINE_CODE = "Paper Inline Code"
ACCENT, MUTED, HAIRLINE = "1F3D63", "5B6675", "CFD6DE"
FONT, MONOSPACED = "Georgia", "Consolas"
HEADING_SIZES = {1: 15, 2: 12, 3: 11, 4: 10.5, 5: 10.5, 6: 10.5}
"""Font size in points by heading level."""
SIDES = ("top", "left", "bottom", "right")
PARAGRAPH_PROPERTIES = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr"),
    *("shd", "tabs", "bidi", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr"),
)
"""The order that the schema of `w:pPr` requires (17.3.1.26)."""
TEXT_WIDTH_CM = 16
"""Between the margins of an A4 page."""


def apply(document: "Document", language: str) -> None:
    """Set the page layout, the styles and the language of a new document."""
    _set_page(document)
    _style_text(document, language)
    _style_headings(document)
    _add_styles(document)


def style_ids(document: "Document") -> dict[str, str]:
    """Return the id of each style by name. A look-up in python-docx scans all styles."""
    return {str(style.name): str(style.style_id) for style in document.styles}


def muted_color() -> "RGBColor":
    """Return the colour of secondary text."""
    from docx.shared import RGBColor

    return RGBColor.from_string(MUTED)


def _set_page(document: "Document") -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - TEXT_WIDTH_CM) / 2)
    section.top_margin = section.bottom_margin = Cm(2.5)
    footer: Any = document.styles["Footer"]
    footer.font.size, footer.font.color.rgb = Pt(8.5), muted_color()
    footer.paragraph_format.tab_stops.clear_all()
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)


def _style_text(document: "Document", language: str) -> None:
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.2
    _set_font(normal, FONT)
    code = language or "zxx"  # ISO 639-2: no linguistic content
    normal.element.get_or_add_rPr().append(element("w:lang", val=code, eastAsia=code))


def _set_font(style: Any, name: str) -> None:
    from docx.oxml.ns import qn

    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script, fallback in (("eastAsia", "Noto Sans CJK JP"), ("cs", "Arial")):
        fonts.set(qn(f"w:{script}"), fallback)


def _style_headings(document: "Document") -> None:
    from docx.shared import Pt, RGBColor

    for level, size in HEADING_SIZES.items():
        style: Any = document.styles[f"Heading {level}"]
        _set_font(style, FONT)
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(ACCENT)
        style.font.bold, style.font.italic = True, False
        style.paragraph_format.space_before = Pt(size * 1.2)
        style.paragraph_format.space_after = Pt(5)
        style.paragraph_format.keep_with_next = True
    title: Any = document.styles["Title"]
    _set_font(title, FONT)
    title.font.size, title.font.color.rgb = Pt(20), RGBColor.from_string(ACCENT)
    title.font.bold = True


def _add_styles(document: "Document") -> None:
    from docx.shared import Cm, Pt

    organization = _add_style(document, ORGANIZATION, size=9, color=MUTED)
    organization.paragraph_format.space_after = Pt(4)
    fact = _add_style(document, FACT, size=9.5)
    fact.paragraph_format.space_after = Pt(1)
    fact.paragraph_format.tab_stops.add_tab_stop(Cm(3))
    warning = _add_style(document, WARNING, size=9.5)
    warning.paragraph_format.space_before = Pt(10)
    _set_background(warning, "FFF6E0", edge("left", "D99A1C", 20))
    code = _add_style(document, CODE, size=8.5, font=MONOSPACED)
    code.paragraph_format.line_spacing = 1.0
    _set_background(code, "F5F7F9", *(edge(side, HAIRLINE, 4) for side in SIDES))
    quotation = _add_style(document, QUOTATION)
    quotation.paragraph_format.left_indent = Cm(0.6)
    _set_background(quotation, "F7F9FB", edge("left", "9DB2CA", 16, 8))
    _add_style(document, CITATION, base=QUOTATION, size=8.5, color=MUTED)
    _add_style(document, NOTE, size=9, color=MUTED).font.italic = True
    cell = _add_style(document, CELL, size=9)
    cell.paragraph_format.space_after = Pt(0)
    cell.paragraph_format.line_spacing = 1.0
    _add_style(document, SMALL_CELL, base=CELL, size=6.5)
    _add_inline_code_style(document)


def _add_inline_code_style(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    style: Any = document.styles.add_style(INLINE_CODE, WD_STYLE_TYPE.CHARACTER)
    _set_font(style, MONOSPACED)
    style.font.size = Pt(9)


def _add_style(
    document: "Document",
    name: str,
    *,
    base: str = "Normal",
    size: float | None = None,
    color: str = "",
    font: str = "",
) -> Any:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles[base]
    if size is not None:
        style.font.size = Pt(size)
    if color:
        style.font.color.rgb = RGBColor.from_string(color)
    if font:
        _set_font(style, font)
    return style


def _set_background(style: Any, background: str, *edges: Any) -> None:
    """Set the background and the border of a paragraph style."""
    properties = style.element.get_or_add_pPr()
    borders = element("w:pBdr", *edges)
    insert_property(properties, borders)
    insert_property(properties, shading(background))


def insert_property(properties: Any, child: Any) -> None:
    """Insert a paragraph property at the position that the schema requires."""
    following = PARAGRAPH_PROPERTIES[PARAGRAPH_PROPERTIES.index(child.tag.rpartition("}")[2]) + 1 :]
    properties.insert_element_before(child, *(f"w:{name}" for name in following))
