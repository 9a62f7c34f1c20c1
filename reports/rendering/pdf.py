"""A report as PDF, set by typst. Its text travels as JSON data: markup in it stays literal."""

import json
from dataclasses import dataclass
from pathlib import Path

from reports.models import Report
from reports.rendering.markdown import facts
from reports.rendering.tree import tree

TEMPLATE = Path(__file__).with_name("report.typ")


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """A PDF file."""

    content: bytes
    pages: int


def render(report: Report) -> Pdf:
    """Set a report. Raises `typst.TypstError` where it cannot be set."""
    import pypdfium2
    import typst

    content = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": page_data(report)},
        ignore_system_fonts=True,
        timestamp=report.created_at.replace(microsecond=0),  # typst takes whole seconds
    )
    document = pypdfium2.PdfDocument(content)
    try:
        return Pdf(content=content, pages=len(document))
    finally:
        document.close()


def page_data(report: Report) -> str:
    """Give what the template is handed: JSON."""
    data = {
        "title": report.title,
        "organization": report.organization.name,
        "facts": list(facts(report).items()),
        "warning": report.warning,
        "body": tree(report.markdown),
    }
    return json.dumps(data, ensure_ascii=False)
