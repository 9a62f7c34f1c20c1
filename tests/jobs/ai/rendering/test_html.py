"""An HTML file embeds its images, loads nothing and runs nothing."""

import re
from html.parser import HTMLParser

import pytest

from jobs.ai.rendering import html, markdown
from tests.jobs.ai.rendering.documents import markdown_document, rendered_html, teal_image


class TagParser(HTMLParser):
    """Collects every tag with its attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_images_are_embedded_in_the_file() -> None:
    made = rendered_html(
        markdown_document("![A field](document:1)", images={"document:1": teal_image()})
    )
    [image] = [attributes for tag, attributes in TagParser(made).tags if tag == "img"]
    assert str(image["src"]).startswith("data:image/png;base64,")
    assert image["alt"] == "A field"


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/pixel.png)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](DATA:text/html,hello)",
        "[x](javascript:alert(1))",
        "<img src=https://evil.example onerror=alert(1)>",
        '![" onerror="alert(1)](document:2)',
        "```vega-lite\n</code></pre><script>alert(1)</script>\n```",
        "<style>body{display:none}</style><meta http-equiv=refresh content=0>",
    ],
)
def test_hostile_markup_becomes_text(text: str) -> None:
    made = TagParser(html.fragment(markdown_document(text)))
    assert {tag for tag, _ in made.tags} <= {"p", "em", "pre", "code", "a"}
    assert all(not attributes.get("href") for _, attributes in made.tags)
    assert not any(name.startswith("on") for _, has in made.tags for name in has)


def test_the_page_has_styles_for_phones_dark_mode_and_print() -> None:
    made = rendered_html(
        markdown_document("x", warning="<b>careful</b>", facts={"Date": "<i>today</i>"})
    )
    assert "&lt;b&gt;careful" in made
    assert "&lt;i&gt;today" in made
    for rule in ("width=device-width", "prefers-color-scheme: dark", "@media print"):
        assert rule in made


def test_table_numbers_are_right_aligned() -> None:
    made = TagParser(html.fragment(markdown_document("| a | b |\n| --- | ---: |\n| x | 1 |")))
    assert [has.get("align") for tag, has in made.tags if tag == "td"] == [None, "right"]


def test_a_markdown_file_has_its_images_at_the_end() -> None:
    known = "0199c2a4-6f1e-7c3a-9d55-3b1f6a0e8d21"
    text = f"Before ![A field](document:{known}) after."
    made = markdown.render(markdown_document(text, images={f"document:{known}": teal_image()}))
    assert "Before ![A field][picture-1] after.\n\n[picture-1]: data:image/png;base64," in made
    assert re.match(r"# The bridge\n\n", made)
