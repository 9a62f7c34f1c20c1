"""Texts of callers stay literal, and a section cannot affect another."""

from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.html import fragment
from reports.markup import clean, fit_section, literal

SHOWN = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1)


@given(SHOWN | st.from_regex(r"\A[-+=#>*_\d.)|`~ \[\]()!<&;a:/]{1,20}\Z"))
def test_a_literal_text_is_shown_as_it_is(text: str) -> None:
    body = f"x {literal(text)} x\n\n{literal(text)}"
    paper = MarkdownDocument(title="", organization="", markdown=body, made_at=datetime.now(UTC))
    paragraph = fragment(paper)
    flat = " ".join(text.split())
    shown = unescape(paragraph).split("</p>\n")
    assert shown[0] == f"<p>x {flat} x".replace("  ", " ") or not flat
    assert not flat or shown[1].removeprefix("<p>") == flat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Cost\n\nIt costs.", "It costs."),
        ("Text\n# Big\n#### Small", "Text\n### Big\n#### Small"),
        ("```\n# no heading", "```\n# no heading\n```"),
        ("~~~~\n~~~\n# no heading\n~~~~\n# Big", "~~~~\n~~~\n# no heading\n~~~~\n### Big"),
        ("```a``` is code\n# Big", "```a``` is code\n### Big"),
    ],
)
def test_a_section_is_nested_into_its_report(text: str, expected: str) -> None:
    assert fit_section(text, "Cost") == expected


def test_characters_that_no_database_holds_are_dropped() -> None:
    assert clean("a\x00b\ud800c\nd") == "abc\nd"
