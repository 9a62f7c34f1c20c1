"""A PDF shows all of its text, in every script."""

import re

import pytest

from jobs.ai.rendering import pdf
from tests.jobs.ai.rendering.documents import markdown_document, pdf_pages, teal_image


def test_pages_have_a_number_and_a_header() -> None:
    found = pdf_pages(
        markdown_document("\n\n".join(f"Paragraph {n}. " + "word " * 120 for n in range(30)))
    )
    assert len(found) > 3
    for number, text in enumerate(found, start=1):
        assert f"{number} / {len(found)}" in text
        assert "The bridge" in text


def test_a_table_that_breaks_repeats_its_header() -> None:
    rows = "\n".join(f"| {n} | row {n} |" for n in range(120))
    found = pdf_pages(markdown_document(f"| Number | Name |\n| --- | --- |\n{rows}\n\nThe end."))
    assert len(found) > 2
    assert all("Number" in text for text in found[:-1])
    assert "row 119" in "".join(found)


def test_a_wide_table_gets_a_landscape_page() -> None:
    cells = [f"column {n}" for n in range(14)]
    line = f"| {' | '.join(cells)} |"
    made = markdown_document(f"Before.\n\n{line}\n{'| --- ' * 14}|\n{line}\n\nAfter.")
    [first, second, third] = pdf_pages(made)
    assert ("Before." in first, "After." in third) == (True, True)
    assert all(name in re.sub(r"\s+", " ", second) for name in cells)


@pytest.mark.parametrize(
    "text",
    ["日本語の文章", "桥梁", "한국어", "العربية", "हिन्दी", "ภาษาไทย", "עברית", "Ελληνικά", "Łódź"],
)
def test_text_of_every_script_can_be_searched(text: str) -> None:
    made = pdf.render(markdown_document(f"## {text}\n\n| {text} |\n| --- |\n| {text} |"))
    assert made.without_font == ()
    [page] = pdf_pages(markdown_document(text))
    # pdfium returns complex scripts in glyph order, so the test compares the sets of letters
    assert set(text) - set(page) <= set("ि्ี"), page


def test_a_notice_names_characters_without_a_font() -> None:
    made = markdown_document("Good 👍🏽 news தமிழ்")
    assert "Good [thumbs up sign] news" in pdf_pages(made)[0]
    assert pdf.render(made).without_font == ("Tamil",)


def test_a_very_long_word_stays_on_the_page() -> None:
    found = "".join(
        pdf_pages(markdown_document("x" * 500 + " https://example.com/" + "path/" * 60))
    )
    assert "x" * 500 in re.sub(r"\s", "", found)


def test_the_same_document_gives_the_same_bytes() -> None:
    made = markdown_document("![a](document:1)", images={"document:1": teal_image()})
    assert pdf.render(made).content == pdf.render(made).content
    assert b"/Alt" in pdf.render(made).content
