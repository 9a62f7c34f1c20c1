"""Tables in every encoding and layout are read correctly."""

import csv as writer
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents import store
from documents.models import Document
from reports.data.tables.grids import NoTable
from reports.data.tables.profile import profile
from reports.data.tables.reader import read_document, read_rows
from tests.people import Person
from tests.reports.data.given import csv

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=2, max_size=12
).filter(lambda word: not any(map(str.isdigit, word)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_detected(encoding: str, delimiter: str) -> None:
    lines = ["Straße,Größe", *["Königsallee,zehn", "Bäckerweg,elf"] * 5]
    read = csv("\n".join(lines).replace(",", delimiter).encode(encoding))
    assert [column.name for column in read.columns] == ["Straße", "Größe"]
    assert read.columns[0].values[0] == "Königsallee"


def test_a_late_first_umlaut_decides_the_encoding() -> None:
    rows = "North;12;delivered\n" * 100_000
    read = csv(f"region;n;state\n{rows}Grün;3;zurück\n".encode("latin-1"))
    assert (read.rows, read.columns[0].values[-1]) == (100_001, "Grün")
    assert read.columns[2].values[-1] == "zurück"


@settings(max_examples=25, deadline=None)
@example([["=1+1", "a"]], ";")
@given(
    st.lists(st.lists(WORDS, min_size=2, max_size=2), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
)
def test_a_written_table_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    rows = [[f'{cell}, "and"; more\tor less' for cell in row] for row in rows]
    file = io.StringIO()
    out = writer.writer(file, delimiter=delimiter, quoting=writer.QUOTE_ALL)
    out.writerows([["one", "two"], *rows])
    read = csv(file.getvalue())
    found = [list(cells) for cells in zip(*(column.values for column in read.columns), strict=True)]
    assert [column.name for column in read.columns] == ["one", "two"]
    assert found == rows


def test_missing_and_duplicate_headers_get_names() -> None:
    names = [column.name for column in csv("a,,a\nx,y,z\n").columns]
    assert names == ["a", "column 2", "a (2)"]
    unnamed = csv("1,2\n3,4\n")
    assert (unnamed.columns[0].name, unnamed.rows) == ("column 1", 2)


def test_titles_above_and_totals_below_are_left_out() -> None:
    read = csv("Sales of 2025\n\nregion,2024,2025\nNorth,1,2\nSouth,3,4\nTotal,4,6\n")
    assert [column.name for column in read.columns] == ["region", "2024", "2025"]
    assert list(read.column("2025").values) == [2, 4]
    assert len(read.notes) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n", "\ufeff"])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(NoTable):
        csv(text)


@pytest.fixture
def workbook(owner: Person) -> Document:
    """Return a workbook of two sheets, the second one with dates and a formula."""
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    first.append(["a", "b"])
    first.append([1, 2])
    more = book.create_sheet("Orders")
    more.append(["when", "amount", "paid", "twice"])
    more.append([date(2025, 1, 3), 1234.5, True, "=B2*2"])
    more.append([date(2025, 1, 4), None, False, None])
    file = io.BytesIO()
    book.save(file)
    content = ContentFile(file.getvalue(), "orders.xlsx")
    return store.add(content, organization=owner.organization, owner=owner.user)


def test_a_sheet_of_a_workbook_is_chosen_by_name(workbook: Document) -> None:
    def read(sheet: str) -> Any:
        return read_document(workbook.organization_id, workbook.pk, sheet, lambda count: None)

    assert [column.name for column in read("").columns] == ["a", "b"]
    types = {column.name: column.type for column in read("orders").columns}
    assert types == {"when": "date", "amount": "number", "paid": "boolean", "twice": "text"}
    with pytest.raises(NoTable, match="'Orders'"):
        read("Invoices")


def test_a_file_without_a_table_is_refused(upload: Callable[..., Document]) -> None:
    page = upload("<!doctype html><html><body>a</body></html>", "page.html")
    with pytest.raises(NoTable, match="CSV or XLSX"):
        read_document(page.organization_id, page.pk, "", lambda count: None)


def test_names_of_json_rows_are_cleaned() -> None:
    read = read_rows([{"a\x01": 1, " b ": 2}], lambda count: None)
    assert [one.name for one in read.columns] == ["a", "b"]


def test_json_rows_keep_their_names_as_headers() -> None:
    read = read_rows([{"2025-01": 1, "b": "x"}, {"b": "y", "c": True}], lambda count: None)
    assert [(one.name, one.type) for one in read.columns] == [
        ("2025-01", "integer"),
        ("b", "category"),
        ("c", "boolean"),
    ]


def test_a_profile_has_counts_and_statistics() -> None:
    profiled = profile(csv("n,c\n1,a\n2,a\n3,b\n,b\n4,c\n"))
    numbers, words = profiled.columns
    assert (numbers.missing, numbers.distinct, numbers.min, numbers.max) == (1, 4, 1, 4)
    assert (numbers.mean, numbers.quartiles) == (2.5, [1.75, 2.5, 3.25])
    assert [(one.value, one.count) for one in words.top] == [("a", 2), ("b", 2), ("c", 1)]
    assert profiled.relations == [("c", "n")]
