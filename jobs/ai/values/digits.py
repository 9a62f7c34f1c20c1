"""The digits of a number: marks of thousands, decimals, a power of ten."""

import re
from collections.abc import Mapping
from decimal import Decimal

from jobs.ai.values.meanings import Mark

SPACES = " \u00a0\u202f\u2009\u2007"
"""Between thousands; those of a cell are read as they are, since a table has many."""
LARGEST = 2**53
"""A larger whole number is a mark of something, of an account say, and no number."""
LARGEST_POWER = 300


def _pattern(group: str, point: str) -> re.Pattern[str]:
    """Make the pattern of digits; every repetition is bounded and gives nothing back.

    It ends where no digits follow that belong to it: `1.2.3`, `10:30` and `1/2` are no numbers.
    """
    thousands = rf"[0-9]{{1,3}}(?P<mark>[{group}{SPACES}'’])[0-9]{{3}}(?![0-9])"
    more = r"(?:(?P=mark)[0-9]{3}(?![0-9])){0,10}+"
    pairs = r"[0-9]{1,2}(?:,[0-9]{2}(?![0-9])){1,9}+,[0-9]{3}(?![0-9])"
    lakhs = f"{pairs}|" if group == "," else ""
    decimals = rf"(?:{point}(?P<part>[0-9]{{1,40}}+))?+"
    return re.compile(
        rf"(?>(?P<whole>{lakhs}{thousands}{more}|[0-9]{{1,40}}+|(?={point}[0-9])){decimals})"
        r"(?P<power>[eE][-+]?[0-9]{1,3}+)?+(?P<dash>[.,](?:--|[-–—])(?![0-9]))?+"
        r"(?![0-9]|[.,:/][0-9])"
    )


DIGITS: Mapping[Mark, re.Pattern[str]] = {".": _pattern(",", r"\."), ",": _pattern(r"\.", ",")}
START = re.compile(r"(?<![\w.,])[.,][0-9]|(?<![0-9])[0-9]")
"""Where the digits of a number begin: `.5` before its point, and `Rs.5` behind it."""
UNGROUPED = str.maketrans("", "", f".,'’{SPACES}")


def whole_number(digits: str) -> Decimal | None:
    """Return the value of plain digits; `None` for a mark, as below."""
    if len(digits) > 1 and (digits[0] == "0" or len(digits) > 16 or int(digits) > LARGEST):
        return None
    return Decimal(digits)


def decimal(found: re.Match[str], *, negative: bool, power: int = 0) -> Decimal | None:
    """Return the exact value of digits times a power of ten.

    `None` for a mark rather than a number: whole ones with leading zeros or beyond `LARGEST`.
    """
    whole, part, written = found.group("whole", "part", "power")
    digits = whole if whole.isdecimal() else whole.translate(UNGROUPED)
    if not (part or written):
        if len(digits) > 1 and (digits[0] == "0" or len(digits) > 16 or int(digits) > LARGEST):
            return None
        part = ""
    exponent = power + int(written[1:]) if written else power
    if not -LARGEST_POWER <= exponent <= LARGEST_POWER:
        return None
    number = f"{'-' if negative else ''}{digits}.{part}" if part else f"{'-' * negative}{digits}"
    return Decimal(f"{number}e{exponent}" if exponent else number)
