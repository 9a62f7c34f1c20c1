"""Documents for the tests, and readers of the rendered files."""

import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import docx
import pypdfium2
from docx.document import Document
from PIL import Image

from jobs.ai.rendering import pdf, renderer, word
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage

CHART: dict[str, Any] = {
    "title": "Revenue by month",
    "data": {"values": [{"month": "May", "gbp": 28}, {"month": "June", "gbp": 55}]},
    "mark": "bar",
    "encoding": {"x": {"field": "month"}, "y": {"field": "gbp", "type": "quantitative"}},
}


def markdown_document(markdown: str, **changes: Any) -> MarkdownDocument:
    fields: dict[str, Any] = {
        "title": "The bridge",
        "organization": "Acme",
        "markdown": markdown,
        "made_at": datetime(2025, 6, 3, tzinfo=UTC),
        **changes,
    }
    return MarkdownDocument(**fields)


def chart(**changes: Any) -> str:
    """Return the code block of a chart, with `changes` of its specification."""
    return f"```vega-lite\n{json.dumps({**CHART, **changes})}\n```"


def svg_texts(svg: str) -> list[str]:
    """Return the texts of an SVG image."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def teal_image(width: int = 40, height: int = 20) -> RenderedImage:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, "PNG")
    return RenderedImage(
        content=content.getvalue(), media_type="image/png", width=width, height=height
    )


def pdf_pages(document: MarkdownDocument) -> list[str]:
    """Return the searchable text of each page of the PDF."""
    pdf_file = pypdfium2.PdfDocument(pdf.render(document).content)
    try:
        return [
            page.get_textpage().get_text_range().replace("\u200b", "").replace("\r\n", "\n")
            for page in pdf_file
        ]
    finally:
        pdf_file.close()


def rendered_html(document: MarkdownDocument) -> str:
    """Return the HTML file of a document."""
    return renderer.render_file(document, "html").content.decode()


def open_docx(document: MarkdownDocument) -> Document:
    """Render a document as DOCX and open it."""
    return docx.Document(io.BytesIO(word.render(document)))
