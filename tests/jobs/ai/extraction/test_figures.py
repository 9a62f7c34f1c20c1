"""Figures in texts."""

import pytest

from jobs.ai.extraction.figures import figures
from jobs.ai.extraction.sentences import sentences
from jobs.ai.sources import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs £1,850.00 in all.", [("Amount", "£1,850.00")]),
        ("It costs 48 000 EUR in all.", [("Amount", "48 000 EUR")]),
        ("Bearings 24 £1,850.00 £44,400.00", [("Amount", "£1,850.00"), ("Amount", "£44,400.00")]),
        ("Due on 12 July 2025.", [("Date", "12 July 2025")]),
        ("Rose by 4% in 28 days.", [("Share", "4%"), ("Quantity", "28 days")]),
        ("Nothing to count here.", []),
    ],
)
def test_a_figure_is_found_with_its_kind_as_it_is_written(
    text: str, expected: list[tuple[str, str]]
) -> None:
    read = sentences([Source(id="1", name="a", kind="txt", text=text)])
    assert [(one.kind, one.value) for one in figures(read, 9)] == expected
