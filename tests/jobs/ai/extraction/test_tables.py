"""Tables are found in sources, and their columns are added up."""

from decimal import Decimal

import pytest

from jobs.ai.extraction.tables import tables
from jobs.ai.sources import Source

CSV = 'month,pass,units\n2025-01,"one, single",3\n2025-01,ten,4\n2025-02,ten,5\n2025-02,ten,\n'
SHEET = "Sales:\nmonth\tpass\tunits\n2025-01\tone\t3\n2025-01\tten\t4\n2025-02\tten\t5\nTotal\t\t12"


def source(text: str, kind: str) -> Source:
    return Source(id="1", name="a", kind=kind, text=text, pages=(text,) if kind == "xlsx" else ())


@pytest.mark.parametrize(("text", "kind"), [(CSV, "csv"), (CSV.replace(",", ";"), "csv")])
def test_a_csv_file_is_counted_with_its_empty_cells(text: str, kind: str) -> None:
    [found] = tables([source(text, kind)])
    [units] = found.columns
    assert units.name == "units"
    assert units.numbers == [Decimal(3), Decimal(4), Decimal(5)]
    assert found.groups == ["month", "pass"]
    assert found.totals("month") == {"2025-01": [Decimal(7)], "2025-02": [Decimal(5)]}


def test_the_total_of_a_sheet_is_not_counted_again() -> None:
    [found] = tables([source(SHEET, "xlsx")])
    assert (found.page, sum(found.columns[0].numbers)) == (1, 12)


def test_a_question_may_name_columns() -> None:
    [found] = tables([source(CSV, "csv")])
    assert found.columns_named_in("How many units in each month?") == ["month", "units"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "csv"), ("a,a\n1,2", "csv"), ("one line", "csv"), ("a\n1", "csv"), ("a,b\n1,2", "txt")],
)
def test_rows_without_named_columns_are_no_table(text: str, kind: str) -> None:
    assert list(tables([source(text, kind)])) == []


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,5", "1.234,25"], ["1.5", "1234.25"]),
        (["1,234", "2,345,678"], ["1234", "2345678"]),
        (["(5)", "7"], ["-5", "7"]),
        (["007", "008"], []),
        (["5 €", "7 €"], []),
    ],
)
def test_the_numbers_of_a_column_are_read_with_its_decimal_mark(
    cells: list[str], numbers: list[str]
) -> None:
    [found] = tables([source("name\tn\n" + "".join(f"a\t{cell}\n" for cell in cells), "csv")])
    assert [number for column in found.columns for number in column.numbers] == [
        Decimal(number) for number in numbers
    ]
