"""Numbers as people write them: marks of thousands, decimal comma, currencies, percent."""

import re
from collections.abc import Iterable
from typing import Literal

Mark = Literal[".", ","]
"""What stands before the decimals."""

CURRENCIES = r"[$€£¥₹]|(?:USD|EUR|GBP|CHF|JPY|SEK|NOK|DKK|AUD|CAD)\b"
SPACES = "\u00a0\u202f\u2009"
LARGEST_EXACT = 2**53
"""Beyond it a whole number is a mark of something, an account say, and is not counted with."""


def _pattern(thousands: str, decimal: str) -> re.Pattern[str]:
    whole = rf"\d{{1,3}}(?:(?P<mark>[{thousands}'’ ])\d{{3}})(?:(?P=mark)\d{{3}})*|\d+"
    return re.compile(
        rf"(?P<open>\()?(?P<sign>[-+−])?(?P<before>{CURRENCIES})? ?(?P<sign2>[-−])?"
        rf"(?P<whole>{whole}|(?={decimal}\d))(?:{decimal}(?P<part>\d+))?(?P<power>[eE][-+]?\d{{1,3}})?"
        rf" ?(?P<after>%|{CURRENCIES})?(?P<close>\))?"
    )


PATTERNS: dict[Mark, re.Pattern[str]] = {".": _pattern(",", r"\."), ",": _pattern(".", ",")}
NOT_DIGITS = re.compile(r"\D")


def parse(text: str, mark: Mark) -> tuple[float | int, str] | None:
    """Read a number and its unit (`€`, `%`, or nothing); `None` where it is no number.

    Whole numbers with leading zeros, and those too large to be exact, are marks and no numbers.
    """
    if text.isdecimal() and text.isascii():
        return _whole(text)
    found = PATTERNS[mark].fullmatch(text.translate({ord(space): " " for space in SPACES}))
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    if found["before"] and found["after"]:
        return None
    digits = NOT_DIGITS.sub("", found["whole"])
    whole = not (found["part"] or found["power"])
    read = _whole(digits) if whole else None
    if whole and read is None:
        return None
    value = read[0] if read else float(f"{digits or 0}.{found['part'] or 0}{found['power'] or ''}")
    if value in (float("inf"), float("-inf")):
        return None
    negative = found["open"] or found["sign"] in ("-", "−") or found["sign2"]
    return (-value if negative else value), found["before"] or found["after"] or ""


def marks_of(cells: Iterable[str]) -> set[Mark]:
    """Give the decimal marks with which all of these cells are numbers."""
    possible: set[Mark] = {".", ","}
    for cell in cells:
        possible = {mark for mark in possible if parse(cell, mark) is not None}
        if not possible:
            break
    return possible


def _whole(digits: str) -> tuple[int, str] | None:
    if len(digits) > 1 and digits[0] == "0":
        return None
    value = int(digits) if len(digits) < 20 else LARGEST_EXACT + 1
    return (value, "") if value <= LARGEST_EXACT else None
