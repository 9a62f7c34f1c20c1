"""Styles: those that Word has for headings, lists and tables, and a few of our own."""

from typing import TYPE_CHECKING, Any

from jobs.ai.rendering.word.xml import edge, element, shading

if TYPE_CHECKING:
    from docx.document import Document
    from docx.shared import RGBColor

ORGANIZATION, FACT, WARNING = "Paper Organization", "Paper Fact", "Paper Warning"
CODE, QUOTED, CITED, NOTE = "Paper Code", "Paper Quotation", "Paper Citation", "Paper Note"
CELL, SMALL_CELL = "Paper Cell", "Paper Small Cell"
INLINE_CODE = "Paper Inline Code"
ACCENT, MUTED, HAIRLINE = "1F3D63", "5B6675", "CFD6DE"
FONT, MONOSPACED = "Georgia", "Consolas"
SIZES = {1: 15, 2: 12, 3: 11, 4: 10.5, 5: 10.5, 6: 10.5}
"""Points of the headings."""
SIDES = ("top", "left", "bottom", "right")
ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr"),
    *("shd", "tabs", "bidi", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr"),
)
"""Of the properties of a paragraph, as the schema of `w:pPr` (17.3.1.26) wants them."""
TEXT_WIDTH = 16
"""Centimetres between the margins of an A4 page."""


def apply(document: "Document", language: str) -> None:
    """Give a new document its page, its styles and its language."""
    _page(document)
    _text(document, language)
    _headings(document)
    _own(document)


def style_ids(document: "Document") -> dict[str, str]:
    """Give the id of each style by its name; python-docx looks through all of them each time."""
    return {str(style.name): str(style.style_id) for style in document.styles}


def muted_color() -> "RGBColor":
    """Give the colour of what stands back."""
    from docx.shared import RGBColor

    return RGBColor.from_string(MUTED)


def _page(document: "Document") -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - TEXT_WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm(2.5)
    footer: Any = document.styles["Footer"]
    footer.font.size, footer.font.color.rgb = Pt(8.5), muted_color()
    footer.paragraph_format.tab_stops.clear_all()
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)


def _text(document: "Document", language: str) -> None:
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.2
    _font(normal, FONT)
    tongue = element("w:lang", val=language or "zxx", eastAsia=language or "zxx")
    properties = normal.element.get_or_add_rPr()
    properties.append(tongue)


def _font(style: Any, name: str) -> None:
    from docx.oxml.ns import qn

    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script, fallback in (("eastAsia", "Noto Sans CJK JP"), ("cs", "Arial")):
        fonts.set(qn(f"w:{script}"), fallback)


def _headings(document: "Document") -> None:
    from docx.shared import Pt, RGBColor

    for level, size in SIZES.items():
        style: Any = document.styles[f"Heading {level}"]
        _font(style, FONT)
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(ACCENT)
        style.font.bold, style.font.italic = True, False
        style.paragraph_format.space_before = Pt(size * 1.2)
        style.paragraph_format.space_after = Pt(5)
        style.paragraph_format.keep_with_next = True
    title: Any = document.styles["Title"]
    _font(title, FONT)
    title.font.size, title.font.color.rgb = Pt(20), RGBColor.from_string(ACCENT)
    title.font.bold = True


def _own(document: "Document") -> None:
    from docx.shared import Cm, Pt

    organization = _style(document, ORGANIZATION, size=9, color=MUTED)
    organization.paragraph_format.space_after = Pt(4)
    fact = _style(document, FACT, size=9.5)
    fact.paragraph_format.space_after = Pt(1)
    fact.paragraph_format.tab_stops.add_tab_stop(Cm(3))
    warning = _style(document, WARNING, size=9.5)
    warning.paragraph_format.space_before = Pt(10)
    _dress(warning, "FFF6E0", edge("left", "D99A1C", 20))
    code = _style(document, CODE, size=8.5, font=MONOSPACED)
    code.paragraph_format.line_spacing = 1.0
    _dress(code, "F5F7F9", *(edge(side, HAIRLINE, 4) for side in SIDES))
    quoted = _style(document, QUOTED)
    quoted.paragraph_format.left_indent = Cm(0.6)
    _dress(quoted, "F7F9FB", edge("left", "9DB2CA", 16, 8))
    _style(document, CITED, base=QUOTED, size=8.5, color=MUTED)
    _style(document, NOTE, size=9, color=MUTED).font.italic = True
    cell = _style(document, CELL, size=9)
    cell.paragraph_format.space_after = Pt(0)
    cell.paragraph_format.line_spacing = 1.0
    _style(document, SMALL_CELL, base=CELL, size=6.5)
    _inline_code(document)


def _inline_code(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    style: Any = document.styles.add_style(INLINE_CODE, WD_STYLE_TYPE.CHARACTER)
    _font(style, MONOSPACED)
    style.font.size = Pt(9)


def _style(
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
        _font(style, font)
    return style


def _dress(style: Any, background: str, *edges: Any) -> None:
    """Give a style of paragraphs a background and a border."""
    properties = style.element.get_or_add_pPr()
    borders = element("w:pBdr", *edges)
    place(properties, borders)
    place(properties, shading(background))


def place(properties: Any, child: Any) -> None:
    """Put a property of a paragraph in its place among the others."""
    following = ORDER[ORDER.index(child.tag.rpartition("}")[2]) + 1 :]
    properties.insert_element_before(child, *(f"w:{name}" for name in following))
