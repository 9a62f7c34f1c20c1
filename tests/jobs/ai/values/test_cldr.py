"""The tables of names are those of CLDR, the Common Locale Data Repository."""

import pytest
from babel import Locale
from babel.core import get_global

from jobs.ai.values.calendar_names import MONTHS
from jobs.ai.values.currencies import CODES
from jobs.ai.values.dates import read_date

LANGUAGES = "cs da de en es fi fr it nb nl pl pt ru sv"
ENGLISH_WORDS = {"led", "pro"}
"""Short Czech months that are not read: 12 Pro 2024 is a product."""
REPLACED = {"BGN"}
"""The lev, which the euro replaced in 2026; documents have it all the same."""


@pytest.mark.parametrize("language", LANGUAGES.split())
def test_every_name_of_a_month_is_read(language: str) -> None:
    months = Locale(language).months
    for use in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[use][width].items():
                if name.rstrip(".").lower() in ENGLISH_WORDS:
                    continue
                read = read_date(f"3 {name} 2025")
                assert read is not None, name
                assert read.isoformat() == f"2025-{number:02}-03"  # type: ignore[union-attr]


def test_short_words_are_no_months() -> None:
    assert not ENGLISH_WORDS & set(MONTHS)


def test_every_currency_in_use_is_known() -> None:
    in_use = {
        code
        for territory in get_global("territory_currencies").values()
        for code, _, until, tender in territory
        if until is None and tender
    }
    assert in_use | REPLACED == CODES
