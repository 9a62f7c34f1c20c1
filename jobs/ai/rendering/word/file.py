"""The whole file: properties, first lines, footer, and a ZIP that is the same each time."""

import io
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.markup import clean
from jobs.ai.rendering.tree import tree
from jobs.ai.rendering.word import styles
from jobs.ai.rendering.word.blocks import BlockWriter
from jobs.ai.rendering.word.xml import element

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of all parts: a ZIP has one for each, and the same paper is to give the same file."""
LONGEST_PROPERTY = 255


def render(paper: MarkdownDocument) -> bytes:
    """Give a paper as DOCX."""
    import docx

    document = docx.Document()
    styles.apply(document, paper.language)
    _describe(document, paper)
    _begin(document, paper)
    _footer(document, clean(paper.title))
    BlockWriter(document, paper).write(tree(paper.markdown))
    made = io.BytesIO()
    document.save(made)
    return _dateless(made)


def _describe(document: "Document", paper: MarkdownDocument) -> None:
    properties = document.core_properties
    properties.title = clean(paper.title)[:LONGEST_PROPERTY]
    properties.author = clean(paper.organization)[:LONGEST_PROPERTY]
    properties.comments = ""
    properties.language = paper.language
    properties.created = properties.modified = paper.made_at.astimezone(UTC).replace(tzinfo=None)


def _begin(document: "Document", paper: MarkdownDocument) -> None:
    """Write what stands above the text: the organization, the title, the facts, the warning."""
    if paper.organization:
        document.add_paragraph(clean(paper.organization).upper(), style=styles.ORGANIZATION)
    document.add_paragraph(clean(paper.title), style="Title")
    for name, value in paper.facts.items():
        line = document.add_paragraph(style=styles.FACT)
        line.add_run(f"{clean(name)}\t").font.color.rgb = styles.muted_color()
        line.add_run(clean(value))
    if paper.warning:
        document.add_paragraph(clean(paper.warning), style=styles.WARNING)


def _footer(document: "Document", title: str) -> None:
    """Write the title and the number of each page; the program that shows it counts the pages."""
    line = document.sections[0].footer.paragraphs[0]
    line.add_run(f"{title}\t")
    _field(line, "PAGE")
    line.add_run(" / ")
    _field(line, "NUMPAGES")


def _field(line: "Paragraph", instruction: str) -> None:
    field = element("w:fldSimple", instr=f" {instruction} ")
    field.append(line.add_run("1")._r)
    line._p.append(field)


def _dateless(made: io.BytesIO) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            archive.writestr(part, source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
