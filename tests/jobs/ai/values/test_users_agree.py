"""Columns of tables, fields of documents and figures of reports read a spelling alike."""

from decimal import Decimal

import pytest

from documents.analysis.field_values import parse_value as read_field
from jobs.ai.extraction.figures import figures
from jobs.ai.extraction.sentences import Sentence
from jobs.ai.sources import Source
from jobs.ai.values.currencies import CURRENCIES
from reports.data.tables.columns import TEMPORAL, TableColumn
from reports.data.tables.inference import infer_columns as read_columns
from tests.jobs.ai.values import amounts, dates

SOURCE = Source(id="1", name="a", kind="txt", text="")


def column_of(spelling: str) -> TableColumn:
    [column] = read_columns(["it"], [[spelling, spelling]], comma=False)
    return column


def kinds_of(text: str) -> list[str]:
    sentence = Sentence(text=text, source=SOURCE, page=None, place=0)
    return [one.kind for one in figures([sentence], 9)]


@pytest.mark.parametrize(("spelling", "value", "unit"), amounts.NUMBERS)
def test_a_number(spelling: str, value: str, unit: str) -> None:
    column = column_of(spelling)
    assert (column.values[0], column.unit) == (float(Decimal(value)), unit)
    assert read_field(spelling, "number") == float(Decimal(value))
    assert kinds_of(spelling) == (["Share"] if unit else [])


@pytest.mark.parametrize(("spelling", "value", "currency"), amounts.MONEY)
def test_money(spelling: str, value: str, currency: str) -> None:
    column = column_of(spelling)
    assert (column.values[0], CURRENCIES[column.unit]) == (float(Decimal(value)), currency)
    assert read_field(spelling, "number") == float(Decimal(value))
    assert read_field(spelling, "amount") == " ".join(spelling.split())
    assert kinds_of(spelling) == ["Amount"]


@pytest.mark.parametrize(("spelling", "values"), amounts.AMBIGUOUS)
def test_an_ambiguous_amount_is_never_silently_guessed(
    spelling: str, values: tuple[str, str]
) -> None:
    column = column_of(spelling)
    assert column.type == "category" or len(column.notes) == 1
    assert read_field(spelling, "number") == spelling


@pytest.mark.parametrize(("spelling", "value"), dates.DATES)
def test_a_date(spelling: str, value: str) -> None:
    column = column_of(spelling)
    assert column.type in TEMPORAL
    field = read_field(spelling, "date")
    assert field == (value[:10] if "T" in value else value)
    assert kinds_of(spelling) == ["Date"]


@pytest.mark.parametrize(("spelling", "values"), dates.AMBIGUOUS)
def test_an_ambiguous_date_is_never_silently_guessed(
    spelling: str, values: tuple[str, str]
) -> None:
    column = column_of(spelling)
    assert (column.type in TEMPORAL, len(column.notes)) == (True, 1)
    assert read_field(spelling, "date") == spelling
    assert kinds_of(spelling) == ["Date"]


@pytest.mark.parametrize("spelling", sorted({*amounts.OTHERS, *dates.OTHERS} - {"", "5 % €"}))
def test_what_is_neither(spelling: str) -> None:
    column = column_of(spelling)
    assert column.type not in TEMPORAL or spelling == "2025"
    assert not {"Amount", "Share"} & set(kinds_of(f"It is {spelling}."))
