"""Cells with two readings are decided by their table, and a note says if nothing decides."""

from datetime import date
from typing import Any

import pytest

from reports.data.tables.reader import read_rows
from tests.reports.data.given import csv


@pytest.mark.parametrize(
    ("text", "values", "notes"),
    [
        (
            'a,n\nx,"1,234"\ny,"5,678"\n',
            [1234, 5678],
            ("Numbers such as '1,234' of 'n' were read with a decimal point.",),
        ),
        ('a,n\nx,"1,234"\ny,"1,234.5"\n', [1234, 1234.5], ()),
        ("a,n\nx,1.234\ny,0.5\n", [1.234, 0.5], ()),
        ("a;n\nx;1.234\ny;5.678\n", [1234, 5678], ()),
    ],
)
def test_the_decimal_mark(text: str, values: list[float], notes: tuple[str, ...]) -> None:
    read = csv(text)
    assert (list(read.column("n").values), read.notes) == (values, notes)


def test_a_number_of_an_object_is_never_ambiguous() -> None:
    rows: list[dict[str, Any]] = [{"n": 1.234, "other": "1,5"}, {"n": 5.678, "other": "2,5"}]
    read = read_rows(rows, lambda count: None)
    assert (list(read.column("n").values), read.notes) == ([1.234, 5.678], ())


def test_a_column_of_one_currency_adds_up_however_it_is_written() -> None:
    column = csv("a,n\nx,€5\ny,6 EUR\nz,2 euros\n").column("n")
    assert (list(column.values), column.unit) == ([5, 6, 2], "€")


@pytest.mark.parametrize("cell", ["500 PLN", "500 zł", "PLN 500"])
def test_any_currency_is_a_unit(cell: str) -> None:
    column = csv(f"a,n\nx,{cell}\ny,{cell}\n").column("n")
    assert (list(column.values), column.unit) == ([500, 500], cell.strip(" 50"))


def test_days_without_marks_are_dates() -> None:
    column = csv("a,when\nx,20250303\ny,20250304\n").column("when")
    assert list(column.values) == [date(2025, 3, 3), date(2025, 3, 4)]


def test_a_note_names_periods_among_days() -> None:
    read = csv("a,when\nx,2025-03-03\ny,March 2025\n")
    assert read.column("when").values[1] == date(2025, 3, 1)
    assert read.notes == ("Periods such as 'March 2025' of 'when' were taken as their first day.",)
