"""Renders the whole file: properties, title block, body, footer, and a reproducible ZIP."""

import io
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.markup import clean
from jobs.ai.rendering.tree import parse
from jobs.ai.rendering.word import styles
from jobs.ai.rendering.word.blocks import BlockWriter
from jobs.ai.rendering.word.xml import element

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The modification time of every part of the ZIP, so that equal documents give equal files."""
MAX_PROPERTY_CHARACTERS = 255


def render(source: MarkdownDocument) -> bytes:
    """Render a document as DOCX."""
    import docx

    document = docx.Document()
    styles.apply(document, source.language)
    _set_properties(document, source)
    _add_title_block(document, source)
    _add_footer(document, clean(source.title))
    BlockWriter(document, source).write(parse(source.markdown))
    file = io.BytesIO()
    document.save(file)
    return _reset_dates(file)


def _set_properties(document: "Document", source: MarkdownDocument) -> None:
    properties = document.core_properties
    properties.title = clean(source.title)[:MAX_PROPERTY_CHARACTERS]
    properties.author = clean(source.organization)[:MAX_PROPERTY_CHARACTERS]
    properties.comments = ""
    properties.language = source.language
    properties.created = properties.modified = source.made_at.astimezone(UTC).replace(tzinfo=None)


def _add_title_block(document: "Document", source: MarkdownDocument) -> None:
    """Write the organization, title, facts and warning above the text."""
    if source.organization:
        document.add_paragraph(clean(source.organization).upper(), style=styles.ORGANIZATION)
    document.add_paragraph(clean(source.title), style="Title")
    for name, value in source.facts.items():
        line = document.add_paragraph(style=styles.FACT)
        line.add_run(f"{clean(name)}\t").font.color.rgb = styles.muted_color()
        line.add_run(clean(value))
    if source.warning:
        document.add_paragraph(clean(source.warning), style=styles.WARNING)


def _add_footer(document: "Document", title: str) -> None:
    """Write the title and page number fields, which the displaying program fills in."""
    line = document.sections[0].footer.paragraphs[0]
    line.add_run(f"{title}\t")
    _add_field(line, "PAGE")
    line.add_run(" / ")
    _add_field(line, "NUMPAGES")


def _add_field(line: "Paragraph", instruction: str) -> None:
    field = element("w:fldSimple", instr=f" {instruction} ")
    field.append(line.add_run("1")._r)
    line._p.append(field)


def _reset_dates(file: io.BytesIO) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(file) as original, zipfile.ZipFile(target, "w") as archive:
        for name in original.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            archive.writestr(part, original.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
