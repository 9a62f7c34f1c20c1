"""Papers for the tests, and readers of the files made from them."""

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


def paper(markdown: str, **changes: Any) -> MarkdownDocument:
    """Make a paper with this text."""
    made: dict[str, Any] = {
        "title": "The bridge",
        "organization": "Acme",
        "markdown": markdown,
        "made_at": datetime(2025, 6, 3, tzinfo=UTC),
        **changes,
    }
    return MarkdownDocument(**made)


def chart(**changes: Any) -> str:
    """Give a chart as it stands in a text."""
    return f"```vega-lite\n{json.dumps({**CHART, **changes})}\n```"


def texts(svg: str) -> list[str]:
    """Give the words of a picture."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def picture(width: int = 40, height: int = 20) -> RenderedImage:
    """Make a picture."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, "PNG")
    return RenderedImage(
        content=made.getvalue(), media_type="image/png", width=width, height=height
    )


def pages(made: MarkdownDocument) -> list[str]:
    """Give the text of each page of a PDF, as a reader can search it."""
    document = pypdfium2.PdfDocument(pdf.render(made).content)
    try:
        return [
            page.get_textpage().get_text_range().replace("\u200b", "").replace("\r\n", "\n")
            for page in document
        ]
    finally:
        document.close()


def shown(made: MarkdownDocument) -> str:
    """Give the HTML of a paper."""
    return renderer.render_file(made, "html").content.decode()


def opened(made: MarkdownDocument) -> Document:
    """Give the DOCX of a paper, opened again."""
    return docx.Document(io.BytesIO(word.render(made)))
