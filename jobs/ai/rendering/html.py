"""A paper as one HTML page. Its pictures stand in it; it loads nothing and runs nothing."""

from collections.abc import Iterator, Sequence
from html import escape

import nh3
from django.template.loader import render_to_string
from markdown_it.token import Token

from jobs.ai.rendering import chart_spec
from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.markdown import parser
from jobs.ai.rendering.markup import clean
from jobs.ai.rendering.tree import CHART

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


def fragment(paper: MarkdownDocument) -> str:
    """Turn a paper's text into HTML that is safe to show: no scripts, no styles, no other files."""
    reader = parser()
    tokens = reader.parse(clean(paper.markdown))
    for token in _with_children(tokens):
        _place(token, paper)
    made: str = reader.renderer.render(tokens, reader.options, {})
    return nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_only_our_data,
    )


def page(paper: MarkdownDocument, body: str) -> str:
    """Put the fragment of a paper on its page, which needs no other file."""
    return clean(render_to_string("jobs/paper.html", {"paper": paper, "body": body}))


def _with_children(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _with_children(token.children or ())


def _place(token: Token, paper: MarkdownDocument) -> None:
    """Put the picture that a token calls, or what is said of it, in the token's place."""
    if side := str(token.attrs.pop("style", "")).removeprefix("text-align:"):
        token.attrs["align"] = side
    if token.type == "image":
        called = str(token.attrs.get("src", ""))
        token.type, token.children = "html_inline", None
        token.content = _image_html("image", called, token.content, paper)
    elif token.type == "fence" and token.info.strip().lower() == CHART:
        called = token.content.rstrip("\n")
        token.type = "html_block"
        token.content = _image_html("chart", called, chart_spec.chart_title(called), paper)


def _image_html(kind: str, called: str, alt: str, paper: MarkdownDocument) -> str:
    picture = paper.pictures.get(called)
    if picture is not None:
        size = f'width="{picture.width}" height="{picture.height}"'
        image = f'<img src="{picture.data_url}" alt="{escape(alt)}" {size}>'
        return f"<p>{image}</p>\n" if kind == "chart" else image
    said = f"<em>{escape(paper.absence(kind, called, alt))}</em>"
    if kind == "chart":
        return f"<p>{said}</p>\n<pre><code>{escape(called)}</code></pre>\n"
    return said


def _only_our_data(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return None
    if tag == "img" and attribute == "src":
        return value if value.startswith(EMBEDDED_PREFIXES) else None
    return None if value.lower().startswith("data:") else value
