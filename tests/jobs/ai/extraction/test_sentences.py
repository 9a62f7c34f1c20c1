"""Sources are split into sentences."""

import pytest

from jobs.ai.extraction.sentences import sentences, split_sentences
from jobs.ai.sources import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Who paid 3.50 euro. He left.", ["Dr. Who paid 3.50 euro.", "He left."]),
        (
            "# Heading\n\nA line that was\nwrapped here.",
            ["# Heading", "A line that was wrapped here."],
        ),
        ("- first\n- second", ["first", "second"]),
        ("| Task | Who |\n|---|:--:|\n| Order paint | Ann |", ["Task · Who", "Order paint · Ann"]),
    ],
)
def test_a_text_is_split_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert list(split_sentences(text)) == expected


def test_a_row_of_a_table_is_no_prose() -> None:
    row = "| Confirm the delivery of the eight bearings in writing to the harbour office | Daniel |"
    [found] = sentences([Source(id="1", name="a", kind="html", text=row)])
    assert not found.is_prose
