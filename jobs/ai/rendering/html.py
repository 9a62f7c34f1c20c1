"""Renders a document as one HTML page with embedded images. It loads and runs nothing."""

from collections.abc import Iterator, Sequence
from html import escape

import nh3
from markdown_it.token import Token

from jobs.ai.rendering import chart_spec
from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.markdown import parser
from jobs.ai.rendering.markup import clean
from jobs.ai.rendering.tree import CHART_LANGUAGE

TAGS = nh3.ALLOWED_TAGS - {"map", "area"}
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "img": {"src", "alt", "width", "height"},
    "p": {"class"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "data"}
EMBEDDED_PREFIXES = (
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/svg+xml;base64,",
)


def fragment(document: MarkdownDocument) -> str:
    """Render the text as HTML that is safe to show: without scripts, styles and external files."""
    markdown_parser = parser()
    tokens = markdown_parser.parse(clean(document.markdown))
    for token in _walk(tokens):
        _convert(token, document)
    rendered: str = markdown_parser.renderer.render(tokens, markdown_parser.options, {})
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_filter_attribute,
    )


def page(document: MarkdownDocument, body: str) -> str:
    """Return the page around the fragment of a document. It needs no other file."""
    from django.template.loader import render_to_string  # slow to import; fragments need none

    return clean(render_to_string("jobs/document.html", {"document": document, "body": body}))


def _walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def _convert(token: Token, document: MarkdownDocument) -> None:
    """Replace an image or chart by its `img` element or a notice, and align table cells."""
    if side := str(token.attrs.pop("style", "")).removeprefix("text-align:"):
        token.attrs["align"] = side
    if token.type == "image":
        address = str(token.attrs.get("src", ""))
        token.type, token.children = "html_inline", None
        token.content = _image_html("image", address, token.content, document)
    elif token.type == "fence" and token.info.strip().lower() == CHART_LANGUAGE:
        specification = token.content.rstrip("\n")
        token.type = "html_block"
        title = chart_spec.chart_title(specification)
        token.content = _image_html("chart", specification, title, document)


def _image_html(kind: str, address: str, alt: str, document: MarkdownDocument) -> str:
    image = document.images.get(address)
    if image is not None:
        size = f'width="{image.width}" height="{image.height}"'
        element = f'<img src="{image.data_url}" alt="{escape(alt)}" {size}>'
        return f"<p>{element}</p>\n" if kind == "chart" else element
    notice = f"<em>{escape(document.missing_image_notice(kind, address, alt))}</em>"
    if kind == "chart":
        return f"<p>{notice}</p>\n<pre><code>{escape(address)}</code></pre>\n"
    return notice


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return None
    if tag == "img" and attribute == "src":
        return value if value.startswith(EMBEDDED_PREFIXES) else None
    return None if value.lower().startswith("data:") else value
