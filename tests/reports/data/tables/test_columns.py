"""Columns get the type that a person would see in them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.reports.data.given import csv


def at(*parts: int) -> datetime:
    """Return a time as tables have it: UTC, without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc,arg-type]  # of parts


JAN, FEB = date(2025, 1, 3), date(2025, 2, 4)
CASES: list[tuple[str, list[str], str, list[Any]]] = [
    ("whole numbers", ["1", "-2", "", "3"], "integer", [1, -2, None, 3]),
    ("thousands", ['"1,234"', '"12,345,678"'], "integer", [1234, 12345678]),
    ("decimals", ["1.5", "2", ".25"], "number", [1.5, 2, 0.25]),
    ("decimal commas", ['"1.234,50"', '"2,5"'], "number", [1234.5, 2.5]),
    ("spaces in thousands", ["1 234.5", "12\u00a0000"], "number", [1234.5, 12000]),
    ("apostrophes", ["1'234.5", "2’000"], "number", [1234.5, 2000]),
    ("currencies", ["$5", "-$2.50"], "number", [5, -2.5]),
    ("currency behind", ["5 €", '"2,50 €"'], "number", [5, 2.5]),
    ("accounting", ["(5)", "7"], "integer", [-5, 7]),
    ("a minus of typographers", ["−5", "7"], "integer", [-5, 7]),
    ("percent", ["12%", "7.5 %"], "number", [12, 7.5]),
    ("powers", ["1e3", "2.5E-1"], "number", [1000.0, 0.25]),
    ("gaps with words", ["1", "n/a", "-", "4"], "integer", [1, None, None, 4]),
    ("leading zeros are no numbers", ["007", "012"], "category", ["007", "012"]),
    ("long account numbers", ["9" * 18, "8" * 18], "category", ["9" * 18, "8" * 18]),
    ("mixed currencies do not add up", ["$5", "€7"], "category", ["$5", "€7"]),
    ("Namibia is no gap", ["NA", "DE"], "category", ["NA", "DE"]),
    ("truth", ["yes", "No", ""], "boolean", [True, False, None]),
    ("ISO dates", ["2025-01-03", "2025-02-04"], "date", [JAN, FEB]),
    ("points", ["3.1.2025", "04.02.25"], "date", [JAN, FEB]),
    ("named months", ["3 Jan 2025", "4th February 2025"], "date", [JAN, FEB]),
    ("American names", ['"Jan 3, 2025"', '"February 4, 2025"'], "date", [JAN, FEB]),
    ("month first", ["01/03/2025", "02/25/2025"], "date", [JAN, date(2025, 2, 25)]),
    ("day first", ["03/01/2025", "25/02/2025"], "date", [JAN, date(2025, 2, 25)]),
    ("notations together", ["2025-01-03", "4.2.2025"], "date", [JAN, FEB]),
    ("months", ["2025-01", "2025-02"], "date", [date(2025, 1, 1), date(2025, 2, 1)]),
    ("quarters", ["2025-Q1", "Q2 2025"], "date", [date(2025, 1, 1), date(2025, 4, 1)]),
    ("times", ["2025-01-03 10:30", "2025-02-04"], "datetime",
     [at(2025, 1, 3, 10, 30), at(2025, 2, 4)]),
    ("zones", ["2025-01-03T10:30:00+02:00"], "datetime", [at(2025, 1, 3, 8, 30)]),
    ("half days", ["1/31/2025 12:05 AM"], "datetime", [at(2025, 1, 31, 0, 5)]),
    ("no such day", ["2025-02-30"], "category", ["2025-02-30"]),
    ("long texts", ["w" * 90, "v" * 90], "text", ["w" * 90, "v" * 90]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "type", "values"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_column_is_typed_by_all_of_its_cells(
    cells: list[str], type: str, values: list[Any]
) -> None:
    column = csv("id;it\n".replace(";", ",") + "".join(f"x,{cell}\n" for cell in cells)).column(
        "it"
    )
    assert (column.type, list(column.values)) == (type, values)


def test_an_unambiguous_column_decides_for_the_others() -> None:
    read = csv("a;b;c;d\n1,5;1.234;03/04/2025;25/12/2025\n2,5;5.678;04/05/2025;26/12/2025\n")
    assert list(read.column("b").values) == [1234, 5678]
    assert list(read.column("c").values) == [date(2025, 4, 3), date(2025, 5, 4)]
    assert read.notes == ()


def test_a_note_names_ambiguous_dates() -> None:
    read = csv("a,when\n1,2025-01-13\n2,04/05/2025\n")
    assert read.notes == ("Dates such as '04/05/2025' of 'when' were read with the day first.",)


def test_a_few_odd_cells_count_as_empty_with_a_note() -> None:
    read = csv("a,n\n" + "".join(f"x,{n}\n" for n in range(100)) + "x,unknown\n")
    column = read.column("n")
    assert (column.type, column.values[100]) == ("integer", None)
    assert "'unknown'" in read.notes[0]


AS_WORDS = "'n' was read as text and is not used in calculations: "


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["5", "abc", "7"], f"{AS_WORDS}'abc' is no number."),
        (["$5", "€6", "7"], f"{AS_WORDS}the units differ: $, no unit, €."),
        (["5%", "7"], "Numbers of 'n' without a unit were taken as %."),
    ],
)
def test_a_note_names_inconsistent_numbers(cells: list[str], note: str) -> None:
    assert csv("a,n\n" + "".join(f"x,{cell}\n" for cell in cells)).notes == (note,)


@pytest.mark.parametrize("cells", [["5%", "0"], ["AB-1", "12", "XY"], ["007", "008"], ["a", "b"]])
def test_ordinary_columns_give_no_note(cells: list[str]) -> None:
    assert csv("a,n\n" + "".join(f"x,{cell}\n" for cell in cells)).notes == ()


def test_units_are_kept() -> None:
    read = csv("a,b\n$5,12%\n$6,7%\n")
    assert [column.unit for column in read.columns] == ["$", "%"]
