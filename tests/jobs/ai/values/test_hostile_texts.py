"""The work grows with the text, and not faster."""

import sys
from time import process_time
from uuid import uuid4

import pytest

from documents.analysis.offline import analyze
from documents.inputs import AnalyzeDocumentsInput
from jobs.ai.values.amounts import read_amount
from jobs.ai.values.dates import read_date
from jobs.ai.values.texts import find_values
from tests.long_runs import size

SIZE = 8_000
"""Characters."""
PIECES = [
    "1", "1 ", "1.", "1,", "1'", "-1", "+1 ", "((1", "1)", "1 000 ", "1,000", "12.12.", "2025-",
    "€", "€ ", "1€", "5 EUR ", "5 mil ", "M€", "% ", "March ", "3 March ", "3 March 2025 ", "the ",
    "a", "é", "AB12 3456 ", "+49 3", "0123 ", "tel ", "http://", "ISBN ", "1e1", "'9", "Q1 ",
]  # fmt: skip


def calls_of(text: str) -> int:
    """Count the calls that reading a text takes."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return calls


def seconds_of(text: str) -> float:
    """Measure the processor time that reading a text takes, regular expressions included."""
    begun = process_time()
    read(text)
    return process_time() - begun


def read(text: str) -> None:
    for _ in find_values(text):
        pass


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_text_is_at_most_twice_the_work(piece: str) -> None:
    text = piece * (SIZE // len(piece))
    assert calls_of(text + text) <= 2.05 * calls_of(text) + 100
    long = size(2, full=4) * text
    assert seconds_of(long + long) <= 4 * seconds_of(long) + 0.2


def test_a_megabyte_of_digits_is_no_number() -> None:
    begun = process_time()
    assert read_amount("1" * 1_000_000) is None
    assert read_date("1" * 1_000_000) is None
    assert list(find_values("1" * 1_000_000)) == []
    assert process_time() - begun < 5


def test_one_line_of_dates_gives_short_quotations() -> None:
    days = (
        f"{day}.{month}.{year}"
        for year in range(2000, 2012)
        for month in range(1, 13)
        for day in range(1, 29)
    )
    line = " ".join(days)
    begun = process_time()
    found = analyze("a", [(1, line)], AnalyzeDocumentsInput(documents=[uuid4()]))
    assert (len(found.dates), max(len(one.quote) for one in found.dates) < 500) == (30, True)
    assert process_time() - begun < 20
