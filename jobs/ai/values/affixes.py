"""What stands around the digits of a number: signs, parentheses, currencies, scales, percent."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from jobs.ai.values.currencies import CURRENCIES, WORDS, agree
from jobs.ai.values.meanings import NumberUnit
from jobs.ai.values.scales import LETTERS, OF_MONEY, scale, split_unit
from jobs.ai.values.spelling import LABELS, normalize

MAX_AFFIX_CHARACTERS = 32
NO_POWER = (0,)
MAX_WORDS = 5
"""Words and signs behind a number that are looked at."""
_NAME = r"[^\s\d()\[\]{}<>+\-.,;:'\"%‰–—/|*_=~&!?“”„«»\\]{1,12}+\.?"
_BEFORE = re.compile(rf"(?P<lead>[-+(]{{0,2}}) ?(?:(?P<name>{_NAME}) ?)?(?P<inner>[-+(]{{0,2}}) ?")
_BEFORE_IN_TEXT = re.compile(
    rf"(?P<lead>[-+(]{{0,2}})(?P<name>{_NAME})?(?P<space> ?)(?P<inner>[-+(]{{0,2}})$"
)
_FIRST_WORDS = re.compile(r"(?:per|pro|pour|por|pct|prom|pros|проц|CR|DR)", re.IGNORECASE)
"""How percent and the sides of an account begin."""
_NOTHING_BEHIND = re.compile(r"\s?\Z|[,.;:?!]|\s[\d\s]")
_NOTHING_BEFORE = re.compile(r"(?:.?[\n\t]|[\d,;:] )\Z", re.DOTALL)
_WORD = re.compile(rf" ?(?P<name>{_NAME})(?!\w)")
_ENCLOSED = re.compile(rf" ?\((?P<name>{_NAME})\)")
_PERCENT = re.compile(
    r" ?(?:(?P<mille>‰|(?:per|pro) ?mille?\b|promille\b)"
    r"|%|(?:per ?cent|pct|prozent|pour ?cents?|por ?cien?to|per ?cento|procent\w{0,2}"
    r"|prosent\w{0,3}|процент\w{0,3})\b)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|ère|re|e|de|ème|eme|è|º|ª|[-:](?:й|я|е|го|a|e))(?!\w)")
_SIDE = re.compile(r" ?(?P<side>CR|DR)\b\.?")
_MINUS = re.compile(r"-(?![\w-])")
_OF_BOTH = re.compile(r"[0-9][^-+(]")
"""A currency that touches the digits before it: 5€30."""
_DIGITS_FOLLOW = re.compile(r"(?P<space> ?)[-(]?[.,]?[0-9]")


class Prefix(NamedTuple):
    """What stands before the digits."""

    sign: str = ""
    """A currency, as written."""
    negative: bool = False
    plus: bool = False
    opened: str = ""
    """Where a parenthesis opens: `outer`, or `inner` behind the currency, as in `$(5)`."""
    numbered: bool = False
    """Whether the number is the name of a version, a section or a standard."""


class Suffix(NamedTuple):
    """What stands behind the digits."""

    end: int
    """The place behind it in the text."""
    sign: str = ""
    """A currency, as written."""
    currency: str = ""
    powers: tuple[int, ...] = ()
    """The powers of ten that a scale may mean."""
    of_money: bool = False
    """Whether the scale scales money only."""
    unit: NumberUnit = ""
    negative: bool = False
    closed: bool = False
    outside: bool = False
    """Whether the currency stands behind the closing parenthesis."""
    ordinal: bool = False


class Affixes(NamedTuple):
    """What both sides say of a number."""

    currency: str = ""
    sign: str = ""
    unit: NumberUnit = ""
    powers: tuple[int, ...] = NO_POWER
    negative: bool = False
    ordinal: bool = False
    plus: bool = False
    """Whether a plus stands before a number that is no money and no part of a hundred."""


NO_PREFIX, NUMBERED, NO_AFFIXES = Prefix(), Prefix(numbered=True), Affixes()


@lru_cache(maxsize=4096)
def read_affixes(before: str, behind: str) -> Affixes | None:
    """Read everything that stands before and behind the digits of a cell."""
    if len(before) > MAX_AFFIX_CHARACTERS or len(behind) > MAX_AFFIX_CHARACTERS:
        return None
    before, behind = normalize(before).replace("–", "-", 1), normalize(behind)
    found = _BEFORE.fullmatch(before)
    prefix = _prefix(found["lead"], found["name"], found["inner"]) if found else None
    suffix = suffix_at(behind, 0, money=True, closing=True, accounting=True)
    if prefix is None or suffix.end < len(behind) or bool(prefix.opened) != suffix.closed:
        return None
    return join_affixes(prefix, suffix)


def join_affixes(prefix: Prefix, suffix: Suffix) -> Affixes | None:
    """Put both sides together; `None` where they contradict each other."""
    before, currency = CURRENCIES.get(prefix.sign, ""), suffix.currency
    if before:
        currency = agree(before, currency) if currency else before
    if not currency and (before or suffix.of_money):
        return None
    if currency and (suffix.unit or suffix.ordinal):
        return None
    return Affixes(
        currency=currency,
        sign=suffix.sign if currency != before else prefix.sign,
        unit=suffix.unit,
        powers=suffix.powers or NO_POWER,
        negative=prefix.negative or suffix.negative or bool(prefix.opened),
        ordinal=suffix.ordinal,
        plus=prefix.plus and not currency and not suffix.unit,
    )


def prefix_before(text: str, end: int, floor: int) -> tuple[int, Prefix] | None:
    """Read what stands before digits in a text, behind a place; return also where it begins.

    `None` where the digits are a part of a word or a code, as in `AB-12`.
    """
    if _NOTHING_BEFORE.match(text, max(0, end - 2), end):
        return end, NO_PREFIX
    first = max(floor, end - MAX_AFFIX_CHARACTERS // 2)
    window = text[first:end]
    word = _last_word(window)
    if word.isalpha() and word not in CURRENCIES:  # as in most texts
        return end, NUMBERED if word.lower() in LABELS else NO_PREFIX
    found = _BEFORE_IN_TEXT.search(window)
    before = _signs(found, first, end) if found else (end, NO_PREFIX)
    if before and before[1].sign and _OF_BOTH.match(text, max(0, before[0] - 1)):
        return None
    return before


def _last_word(window: str) -> str:
    """Return the word that stands before a space at the end."""
    words = window.split() if window.endswith(" ") else []
    return words[-1] if words else ""


def _signs(found: re.Match[str], first: int, end: int) -> tuple[int, Prefix] | None:
    lead, name, space, inner = found.group("lead", "name", "space", "inner")
    if name and (prefix := _prefix(lead, name, inner)):
        return first + found.start(), prefix
    if name and not space and name[-1].isalnum():
        return None
    if name and name.rstrip(".").lower() in LABELS:
        return end, NUMBERED
    signs = "" if space and not inner else (inner if name else lead + inner)
    alone = _prefix(signs, None, "")
    return (end - len(signs), alone) if alone else (end, NO_PREFIX)


def suffix_at(text: str, start: int, *, money: bool, closing: bool, accounting: bool) -> Suffix:
    """Read what stands behind digits.

    `money` says that a currency stands before them, `closing` that a parenthesis may close, and
    `accounting` that they have decimals, so that a minus may follow.
    """
    suffix = certain = Suffix(end=start)
    if _NOTHING_BEHIND.match(text, start):
        return suffix
    if ordinal := _ORDINAL.match(text, start):
        return suffix._replace(end=ordinal.end(), ordinal=True)
    word = _WORD.match(text, start)
    if word and not _is_known(word["name"]):
        return suffix
    for _ in range(MAX_WORDS):
        following = (
            _unit(text, suffix)
            or _currency(text, suffix, certain=accounting and not money)
            or _scale(text, suffix)
            or (_side(text, suffix) if accounting else None)
            or (_closed(text, suffix) if closing else None)
        )
        if following is None:
            break
        suffix = following
        if money or suffix.currency or not suffix.of_money:
            certain = suffix
    return certain


@lru_cache(maxsize=4096)
def _is_known(name: str) -> bool:
    """Whether a word may belong to a number; most that follow one do not."""
    words = (name, name.rstrip("."))
    return any(
        word in CURRENCIES or word in OF_MONEY or scale(word) or split_unit(word) for word in words
    ) or bool(_FIRST_WORDS.match(name))


def _prefix(lead: str, name: str | None, inner: str) -> Prefix | None:
    signs = lead + inner
    if name and (name in WORDS or name not in CURRENCIES):
        return None
    if signs.count("(") > 1 or len(signs) - signs.count("(") > 1:
        return None
    return Prefix(
        sign=name or "",
        negative="-" in signs,
        plus="+" in signs,
        opened="inner" if name and "(" in inner else "outer" if "(" in signs else "",
    )


def _unit(text: str, suffix: Suffix) -> Suffix | None:
    if suffix.unit or suffix.currency or not (found := _PERCENT.match(text, suffix.end)):
        return None
    return suffix._replace(end=found.end(), unit="‰" if found["mille"] else "%")


def _currency(text: str, suffix: Suffix, *, certain: bool) -> Suffix | None:
    """Read a currency. Before other digits, it is theirs: 24 EUR 5.00, unless `certain`."""
    if suffix.currency or suffix.unit:
        return None
    found = _WORD.match(text, suffix.end) or _ENCLOSED.match(text, suffix.end)
    if found is None:
        return None
    if (digits := _DIGITS_FOLLOW.match(text, found.end())) and not (certain and digits["space"]):
        return None
    for name, end in _with_and_without_point(found):
        parts = None if suffix.powers or name in CURRENCIES else split_unit(name)
        sign, powers = (parts[0], (parts[1],)) if parts else (name, suffix.powers)
        if currency := CURRENCIES.get(sign):
            return suffix._replace(
                end=found.end() if ")" in found[0] else end,
                sign=sign,
                currency=currency,
                powers=powers,
                outside=suffix.closed,
            )
    return None


def _scale(text: str, suffix: Suffix) -> Suffix | None:
    if suffix.unit or not (found := _WORD.match(text, suffix.end)):
        return None
    for name, end in _with_and_without_point(found):
        of_money = name in OF_MONEY or (name in LETTERS and found[0].startswith(" "))
        if powers := OF_MONEY.get(name) or scale(name):
            before = suffix.powers[0] if suffix.powers else 0  # a thousand of `mil millones`
            together = tuple(before + power for power in powers)
            return suffix._replace(end=end, powers=together, of_money=of_money)
    return None


def _side(text: str, suffix: Suffix) -> Suffix | None:
    found = _MINUS.match(text, suffix.end) or _SIDE.match(text, suffix.end)
    if suffix.negative or found is None:
        return None
    return suffix._replace(end=found.end(), negative=found[0].strip() != "CR")


def _closed(text: str, suffix: Suffix) -> Suffix | None:
    if suffix.closed or not text.startswith(")", suffix.end):
        return None
    return suffix._replace(end=suffix.end + 1, closed=True)


def _with_and_without_point(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Return a word with the point that follows it, which may end a sentence, and without."""
    yield found["name"], found.end("name")
    if found["name"].endswith("."):
        yield found["name"][:-1], found.end("name") - 1
