"""Numbers, dates and amounts are parsed as people write them; quotations are found verbatim."""

import pytest

from documents.analysis.field_values import dates, parse_value, states
from documents.analysis.quotes import QuoteIndex
from documents.languages import detect
from jobs.ai.values.texts import infer_conventions


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.190,00", 1190),
        ("1,190.00", 1190),
        ("48 000", 48_000),
        ("48,5", 48.5),
        ("1'000.50", 1000.5),
        ("−3", -3),
        ("2026", 2026),
        ("1,000", "1,000"),
    ],
)
def test_a_number_is_read_and_an_ambiguous_one_stays_as_written(
    written: str, read: float | str
) -> None:
    assert parse_value(written, "number") == read


def test_the_conventions_of_the_document_settle_a_number_and_a_date() -> None:
    british = infer_conventions("A fee of £1,850.00 was paid on 25/12/2025.")
    assert parse_value("1,000", "number", british) == 1000
    assert parse_value("due 3/4/2026", "date", british) == "2026-04-03"
    assert parse_value("1.000", "number", infer_conventions("Die Menge ist groß.", "de")) == 1000


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("3 March 2026", ["2026-03-03"]),
        ("14. März 2026", ["2026-03-14"]),
        ("March 3, 2026", ["2026-03-03"]),
        ("1er janvier 2025", ["2025-01-01"]),
        ("31.12.2025", ["2025-12-31"]),
        ("3/4/2026", ["2026-03-04", "2026-04-03"]),
        ("13/4/2026", ["2026-04-13"]),
        ("2026-02-30", []),
    ],
)
def test_a_date_is_parsed_and_an_invalid_one_is_not(written: str, days: list[str]) -> None:
    assert [day for _, meant in dates(f"on {written}.") for day in sorted(meant)] == days


def test_an_ambiguous_date_stays_as_written() -> None:
    assert parse_value("due 3/4/2026", "date") == "3/4/2026"


@pytest.mark.parametrize(
    ("quote", "value", "kind", "stated"),
    [
        ("Total EUR 1,200.00", "EUR 1200", "amount", True),
        ("Total EUR 1,200.00", "EUR 120000", "amount", False),
        ("ends on 31 May 2027", "2027-05-31", "date", True),
        ("ends on 31 May 2027", "2028-05-31", "date", False),
        ("sold by Acme Ltd", "Acme Ltd", "text", True),
        ("sold by Acme Ltd", "Evil Holding", "text", False),
        ("doors, hinges", ["doors", "gold"], "list", False),
    ],
)
def test_a_quotation_states_its_value_or_does_not(
    quote: str, value: str, kind: str, stated: bool
) -> None:
    assert states(quote, value, kind) is stated


def test_a_quotation_is_found_whatever_its_white_space() -> None:
    pages = QuoteIndex(pages=[(1, "The fee is\nEUR 1,200.00 in-\ncluding tax"), (2, "No fee")])
    assert pages.find("“The fee is EUR 1,200.00”", 1) == 1
    assert pages.find("1,200.00 including tax", 2) == 1
    assert pages.find("EUR 120,000", 1) is None
    assert pages.find("EUR 1,200.01", 1) is None
    assert pages.find("e", 1) is None
    assert pages.find("fee", 9) is None


def test_the_language_is_detected_or_left_open() -> None:
    assert detect("The fee is due on the first day of the month and is not shared.") == "en"
    assert detect("Le loyer est dû le premier jour du mois et les charges sont comprises.") == "fr"
    assert detect("118 4711 EUR") is None
