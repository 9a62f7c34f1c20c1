"""A paper as PDF, set by typst. Its text travels as JSON data: markup in it stays literal."""

import json
from dataclasses import dataclass
from pathlib import Path

from jobs.ai.rendering.paper import Paper
from jobs.ai.rendering.tree import tree

TEMPLATE = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True, kw_only=True)
class Pdf:
    """A PDF file."""

    content: bytes
    pages: int


def render(paper: Paper) -> Pdf:
    """Set a paper. Raises `typst.TypstError` where it cannot be set."""
    import pypdfium2
    import typst

    content = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"paper": page_data(paper)},
        ignore_system_fonts=True,
        timestamp=paper.made_at.replace(microsecond=0),  # typst takes whole seconds
    )
    document = pypdfium2.PdfDocument(content)
    try:
        return Pdf(content=content, pages=len(document))
    finally:
        document.close()


def page_data(paper: Paper) -> str:
    """Give what the template is handed: JSON."""
    data = {
        "title": paper.title,
        "organization": paper.organization,
        "facts": list(paper.facts.items()),
        "warning": paper.warning,
        "body": tree(paper.markdown),
    }
    return json.dumps(data, ensure_ascii=False)
