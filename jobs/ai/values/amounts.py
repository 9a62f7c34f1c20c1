"""Numbers and money: in a cell of its own, or within a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from jobs.ai.values.affixes import (
    NO_AFFIXES,
    Affixes,
    Prefix,
    Suffix,
    join_affixes,
    prefix_before,
    read_affixes,
    suffix_at,
)
from jobs.ai.values.currencies import WHOLE
from jobs.ai.values.digits import DIGITS, SPACES, START, decimal, whole_number
from jobs.ai.values.meanings import Ambiguous, Amount, Mark, Money, Number
from jobs.ai.values.spelling import normalize

MAX_CELL_CHARACTERS = 100
Reading = Amount | Ambiguous[Amount] | None

_CLOCK = re.compile(r" ?(?:[ap]\.?m\b|uhr\b|o'clock\b)", re.IGNORECASE)
_PART_OF_DIGITS = re.compile(r"[0-9][.,:/']")
_SPACED_DIGIT = re.compile(r" [0-9]")
_JOINED = re.compile(r"[^\W_]|[$€£¥][0-9]")
_HYPHEN_DIGIT = re.compile(r"-[0-9]")


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """A number or an amount of money within a text."""

    begin: int
    end: int
    meaning: Amount | Ambiguous[Amount]
    joined: bool
    """Whether letters follow at once: a unit of measure, or the rest of a code."""


@dataclass(frozen=True, kw_only=True)
class DecimalEvidence:
    """Spellings that can be read with one sign before the decimals only."""

    point: str = ""
    """The first that has a decimal point: `1.5`."""
    comma: str = ""
    """The first that has a decimal comma: `1.234,50`."""

    @property
    def decimal(self) -> Mark | None:
        """The sign; `None` where nothing, or both, speak for one."""
        if bool(self.point) == bool(self.comma):
            return None
        return "." if self.point else ","


def read_amount(text: str, mark: Mark | None = None) -> Reading:
    """Read a text that is a number or an amount of money and nothing else; `None` for another.

    `mark` is the sign before the decimals where it is known. A text that needs the other one is
    then `None`. Without it, `1,234` is `Ambiguous`.
    """
    text = text.strip()
    if mark is not None:
        return _cell(text, mark)
    return _either(_cell(text, "."), _cell(text, ","))


def infer_decimal(spellings: Iterable[str]) -> DecimalEvidence:
    """Find out which sign the author of all these spellings writes before decimals."""
    point = comma = ""
    for text in spellings:
        if point and comma:
            break
        with_point, with_comma = (read_amount(text, mark) is not None for mark in DIGITS)
        if with_point and not with_comma:
            point = point or text
        elif with_comma and not with_point:
            comma = comma or text
    return DecimalEvidence(point=point, comma=comma)


def settle_mark(
    meaning: Amount | Ambiguous[Amount], mark: Mark | None
) -> Amount | Ambiguous[Amount]:
    """Choose the meaning that the sign before the decimals decides for."""
    if mark and isinstance(meaning, Ambiguous) and meaning.by == "mark":
        return meaning.meanings[mark == ","]
    return meaning


def amount_at(text: str, start: int, floor: int) -> FoundAmount | None:
    """Read the number or the amount of money whose digits begin at a place of a normalized text.

    Nothing that stands before `floor` belongs to it.
    """
    before = prefix_before(text, start, floor)
    if before is None or _PART_OF_DIGITS.match(text, max(0, start - 2), start):
        return None
    with_point, with_comma = DIGITS["."].match(text, start), DIGITS[","].match(text, start)
    point = _found(text, with_point, *before) if with_point else None
    if with_point and with_comma and not (with_point["part"] or with_comma["part"]):
        return point  # neither sign is there
    comma = _found(text, with_comma, *before) if with_comma else None
    if point and comma and point.end == comma.end:
        meaning = _either(point.meaning, comma.meaning)
        return replace(point, meaning=meaning) if meaning else None
    return point or comma


def _cell(text: str, mark: Mark) -> Reading:
    if text.isdecimal() and text.isascii():
        whole = whole_number(text)
        return None if whole is None else Number(whole)
    if len(text) > MAX_CELL_CHARACTERS:
        return None
    read = _spelled(text, mark)
    if read is None and not text.isascii() and (plain := normalize(text)) != text:
        return _spelled(plain, mark)
    return read


def _spelled(text: str, mark: Mark) -> Reading:
    digits = DIGITS[mark].match(text)
    if digits is None:
        start = START.search(text)
        digits = start and DIGITS[mark].match(text, start.start())
    if not digits:
        return None
    begin, end = digits.span()
    plain = begin == 0 and end == len(text)
    affixes = NO_AFFIXES if plain else read_affixes(text[:begin], text[end:])
    return _meaning(digits, affixes) if affixes else None


def _found(text: str, digits: re.Match[str], begin: int, prefix: Prefix) -> FoundAmount | None:
    if digits["mark"] == " " and _SPACED_DIGIT.match(text, digits.end()):
        return None
    suffix, negative = _suffix(text, digits, prefix), prefix.negative
    if prefix.opened and not suffix.closed:
        begin, prefix = begin + text.startswith("(", begin), prefix._replace(opened="")
    hyphen = _HYPHEN_DIGIT.match(text, suffix.end) is not None
    if negative and text[begin - 1 : begin].isalnum() and begin:
        begin, prefix, hyphen = begin + 1, prefix._replace(negative=False), True
    affixes = join_affixes(prefix, suffix)
    meaning = affixes and _meaning(digits, affixes)
    name = hyphen or prefix.numbered or _CLOCK.match(text, suffix.end)
    if not meaning or (name and _is_bare(meaning)):
        return None
    joined = _JOINED.match(text, suffix.end) is not None
    return FoundAmount(begin=begin, end=suffix.end, meaning=meaning, joined=joined)


def _suffix(text: str, digits: re.Match[str], prefix: Prefix) -> Suffix:
    """Read what follows. A parenthesis means a loss where the currency stands outside of it only.

    In running text, `(5)` and `(€50)` are asides.
    """
    reading = partial(
        suffix_at, text, digits.end(), money=bool(prefix.sign), accounting=bool(digits["part"])
    )
    if prefix.opened:
        suffix = reading(closing=True)
        if suffix.closed and (prefix.opened == "inner" or suffix.outside):
            return suffix
    return reading(closing=False)


def _meaning(digits: re.Match[str], affixes: Affixes) -> Reading:
    currency, sign, unit, powers, negative, ordinal, plus = affixes
    if (ordinal and (digits["part"] or digits["power"])) or (plus and _is_dialled(digits)):
        return None
    meanings: list[Amount] = []
    for power in powers:
        value = decimal(digits, negative=negative, power=power)
        if value is None:
            return None
        amount = Money(value, currency, sign) if currency else Number(value, unit)
        if len(powers) == 1:
            return amount
        meanings.append(amount)
    return Ambiguous(tuple(meanings), by="scale")


def _either(point: Reading, comma: Reading) -> Reading:
    if point is None or comma is None or point == comma:
        return point if comma is None else comma
    if isinstance(point, Money) and isinstance(comma, Money) and point.currency in WHOLE:
        return point if point.value == point.value.to_integral_value() else comma
    if isinstance(point, Ambiguous) or isinstance(comma, Ambiguous):
        return None
    return Ambiguous((point, comma), by="mark")


def _is_bare(meaning: Amount | Ambiguous[Amount]) -> bool:
    """Whether it is a number without currency and percent, which may be a part of a name."""
    first = meaning.meanings[0] if isinstance(meaning, Ambiguous) else meaning
    return isinstance(first, Number) and not first.unit


def _is_dialled(digits: re.Match[str]) -> bool:
    """Whether digits behind a plus are those of a telephone: `+49 301 234`, `+4930123456`."""
    return (digits["mark"] or "-") in SPACES or (
        digits["mark"] is None and len(digits["whole"]) > 8
    )
