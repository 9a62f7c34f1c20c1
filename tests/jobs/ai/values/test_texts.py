"""Numbers, money and dates within running text."""

from decimal import Decimal

import pytest

from jobs.ai.values.meanings import DayOfYear, Money, Number, Period
from jobs.ai.values.texts import find_amounts, find_dates, find_values, infer_conventions
from tests.jobs.ai.values.amounts import MONEY, NUMBERS
from tests.jobs.ai.values.dates import DATES

ASIDES = {"(1,234.50)", "(5)", "($2.50)"}
"""A loss in a cell; within a sentence, an aside."""
SHORT = {"3 Mar 25"}
"""A year of two digits after a space: within a sentence, another number."""


@pytest.mark.parametrize("row", [row for row in (*NUMBERS, *MONEY) if row[0] not in ASIDES])
def test_an_amount_is_found_as_it_is_written(row: tuple[str, str, str]) -> None:
    spelling, value, unit = row
    [found] = find_values(f"It was {spelling} in all.")
    kind = Money if row in MONEY else Number
    assert (found.text, found.meaning) == (spelling, kind(Decimal(value), unit))  # type: ignore[arg-type]


@pytest.mark.parametrize("row", [row for row in DATES if row[0] not in SHORT])
def test_a_date_is_found(row: tuple[str, str]) -> None:
    [found] = find_dates(f"It was {row[0]} in all.")
    assert found.meanings[0].isoformat() == row[1]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See (5), a fee (€50) and a loss of (1,234.57) USD.", ["5", "50", "-1234.57"]),
        ("Bearings 24 £1,850.00 £44,400.00", ["24", "1850.00", "44400.00"]),
        ("It takes 2 to 3 million euro, or 5–10 %.", ["2", "3000000", "5", "10"]),
        ("Call +49 30 1234567, 030 1234567 or (555) 123-4567.", []),
        ("Pay DE89 3704 0044 0532 0130 00; ISBN 978 3 16 148410 0.", []),
        ("Version 1.2.2024, section 4, clause 3.1, v2.0, RFC 2119, at 10:30 or 5 pm.", []),
        ("On 31 February 2024, 2010-12 and 1.2.24 of https://a.b/2024/03/03/5.", []),
        ("500 PLN 20 USD", ["500"]),
        ("500.00 PLN 20.00 USD", ["500.00", "20.00"]),
        ("EUR 500.00 EUR 20.00", ["500.00", "20.00"]),
    ],
)
def test_what_is_no_number_is_left_out(text: str, expected: list[str]) -> None:
    found = [one.meanings[0] for one in find_amounts(text)]
    assert [one.value for one in found if isinstance(one, Number | Money)] == [
        *map(Decimal, expected)
    ]


def test_an_amount_before_a_date_keeps_its_currency() -> None:
    money, day = find_values("Paid 12.50 EUR 3 March 2025")
    assert (money.text, day.text) == ("12.50 EUR", "3 March 2025")


def test_periods_and_days_without_a_year_are_found() -> None:
    found = [one.meaning for one in find_dates("From 12 July to March 2025, in Q2 2024.")]
    assert found[0] == DayOfYear(month=7, day=12)
    assert [one.isoformat() for one in found if isinstance(one, Period)] == ["2025-03", "2024-Q2"]


@pytest.mark.parametrize(
    ("text", "language", "mark", "day_first"),
    [
        ("See section 1.5. It costs 1.234,50 €.", None, ",", None),
        ("Paid £1,850.00 on 25/12/2025.", None, ".", True),
        ("Due 12/25/2025.", "de", ",", False),
        ("1.234", "fr", ",", True),
        ("1.234", "en", ".", None),
        ("€1.50 and €1,50", "en", None, None),
    ],
)
def test_a_document_tells_its_conventions(
    text: str, language: str | None, mark: str | None, day_first: bool | None
) -> None:
    found = infer_conventions(text, language)
    assert (found.mark, found.day_first) == (mark, day_first)
