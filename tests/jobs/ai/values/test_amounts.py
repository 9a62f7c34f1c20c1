"""Numbers and money, spelled as people write them."""

from decimal import Decimal

import pytest

from jobs.ai.values.amounts import infer_decimal, read_amount
from jobs.ai.values.meanings import Ambiguous, Mark, Money, Number
from tests.jobs.ai.values.amounts import AMBIGUOUS, MONEY, NUMBERS, OTHERS


@pytest.mark.parametrize(("spelling", "value", "unit"), NUMBERS)
def test_a_number_is_read_exactly(spelling: str, value: str, unit: str) -> None:
    assert read_amount(spelling) == Number(Decimal(value), unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(("spelling", "value", "currency"), MONEY)
def test_money_is_read_with_its_currency(spelling: str, value: str, currency: str) -> None:
    assert read_amount(spelling) == Money(Decimal(value), currency)


@pytest.mark.parametrize(("spelling", "values"), AMBIGUOUS)
def test_a_spelling_of_two_meanings_has_both(spelling: str, values: tuple[str, str]) -> None:
    read = read_amount(spelling)
    assert isinstance(read, Ambiguous)
    assert tuple(one.value for one in read.meanings) == tuple(map(Decimal, values))


@pytest.mark.parametrize("spelling", OTHERS)
def test_a_code_a_version_or_a_telephone_is_no_amount(spelling: str) -> None:
    assert read_amount(spelling) is None


@pytest.mark.parametrize(
    ("spelling", "mark", "value"),
    [
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("1.5", ",", None),
        ("1,5", ".", None),
        ("1 234", ",", "1234"),
    ],
)
def test_the_sign_before_decimals_decides(spelling: str, mark: Mark, value: str | None) -> None:
    read = read_amount(spelling, mark)
    assert read == (None if value is None else Number(Decimal(value)))


@pytest.mark.parametrize(
    ("spellings", "decimal", "evidence"),
    [
        (["1.234", "2.5"], ".", ("2.5", "")),
        (["1.234", "2,50 €", "7"], ",", ("", "2,50 €")),
        (["1.234", "5.678"], None, ("", "")),
        (["1.234.567"], ",", ("", "1.234.567")),
        (["1.5", "1,5"], None, ("1.5", "1,5")),
        ([], None, ("", "")),
    ],
)
def test_the_evidence_of_a_column_is_named(
    spellings: list[str], decimal: Mark | None, evidence: tuple[str, str]
) -> None:
    found = infer_decimal(spellings)
    assert (found.decimal, (found.point, found.comma)) == (decimal, evidence)
