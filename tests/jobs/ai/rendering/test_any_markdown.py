"""Every format renders any text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.ai.rendering import html, markdown, pdf, word
from tests.jobs.ai.rendering.documents import markdown_document
from tests.long_runs import size

PIECES = st.sampled_from(
    [
        *("# ", "## ", "###### ", "- ", "  - ", "1. ", "999999999. ", "> ", ">>>>>>>>>> ", "---\n"),
        *("| a | b |\n|---|--:|\n| x |\n", "|\n|-|\n", "```\n", "```vega-lite\n{}\n```\n", "~~~\n"),
        *(
            "**",
            "*",
            "~~",
            "`",
            "``",
            "[x](http://a.b)",
            "![y](document:1)",
            "![",
            "](",
            "\\",
            "<b>",
        ),
        *("\n", "\n\n", "    ", "\t", "&amp;", '#read("/etc/passwd")', "$x$", "@x", "<x>", "//"),
        *("\x00", "\x07", "\x1b", "\ufffe", "\u202e", "\u200f", "\ud800", "\U0010ffff", "\ufeff"),
    ]
)
TEXT = st.lists(PIECES | st.text(max_size=12), max_size=25).map("".join)


@settings(max_examples=size(15, full=40), deadline=None, print_blob=True)
@given(TEXT, TEXT)
def test_no_text_breaks_a_format(title: str, body: str) -> None:
    made = markdown_document(
        f"{body}\n\nmarker", title=title, facts={title[:20]: body[:50]}, warning=title
    )
    assert pdf.render(made).pages >= 1
    assert word.render(made).startswith(b"PK")
    shown = html.page(made, html.fragment(made)).encode().decode()
    assert not re.search(r"<(script|iframe|object|style(?!>\n  :root))\b", shown.split("<body>")[1])
    assert markdown.render(made).encode()


def test_a_document_of_three_hundred_pages_is_rendered() -> None:
    chapter = "## Chapter {0}\n\n" + "- item **{0}**\n" * 5 + "\n| a | b |\n|-|-|\n| {0} | y |\n\n"
    body = "".join(chapter.format(n) + "Some words of a long text. " * 110 for n in range(450))
    made = pdf.render(markdown_document(body))
    assert made.pages >= 300
