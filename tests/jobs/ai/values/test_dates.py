"""Dates and periods, spelled as people write them."""

from datetime import date

import pytest

from jobs.ai.values.dates import infer_day_order, read_date
from jobs.ai.values.meanings import Ambiguous, Period
from tests.jobs.ai.values.dates import AMBIGUOUS, DATES, OTHERS


@pytest.mark.parametrize(("spelling", "value"), DATES)
def test_a_date_is_read(spelling: str, value: str) -> None:
    read = read_date(spelling)
    assert isinstance(read, date | Period)
    assert read.isoformat() == value


@pytest.mark.parametrize(("spelling", "values"), AMBIGUOUS)
def test_a_date_of_two_orders_has_both_meanings(spelling: str, values: tuple[str, str]) -> None:
    read = read_date(spelling)
    assert isinstance(read, Ambiguous)
    assert tuple(one.isoformat() for one in read.meanings) == values
    settled = [read_date(spelling, day_first=order) for order in (True, False)]
    assert [one and one.isoformat() for one in settled] == [*values]  # type: ignore[union-attr]


@pytest.mark.parametrize("spelling", OTHERS)
def test_what_is_not_in_the_calendar_is_no_date(spelling: str) -> None:
    assert read_date(spelling) is None


@pytest.mark.parametrize(
    ("spelling", "kind", "first", "last"),
    [
        ("2025-Q1", "quarter", date(2025, 1, 1), date(2025, 3, 31)),
        ("February 2024", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-W01", "week", date(2024, 12, 30), date(2025, 1, 5)),
        ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    spelling: str, kind: str, first: date, last: date
) -> None:
    read = read_date(spelling, years=True)
    assert isinstance(read, Period)
    assert (read.kind, read.start, read.end) == (kind, first, last)


@pytest.mark.parametrize(
    ("spellings", "day_first", "evidence"),
    [
        (["03/04/2025", "25/12/2025"], True, ("25/12/2025", "")),
        (["03/04/2025", "12/25/2025"], False, ("", "12/25/2025")),
        (["03/04/2025", "2025-01-13", "4.5.2025"], None, ("", "")),
        (["25/12/2025", "12/25/2025"], None, ("25/12/2025", "12/25/2025")),
    ],
)
def test_the_evidence_for_the_order_is_named(
    spellings: list[str], day_first: bool | None, evidence: tuple[str, str]
) -> None:
    found = infer_day_order(spellings)
    assert (found.is_day_first, (found.day_first, found.month_first)) == (day_first, evidence)
