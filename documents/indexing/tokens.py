"""Words of a text as the index has them, each with its place in the text as it was written.

PostgreSQL's parser is kept out of it: it reads `-118` in `2024-118` as a negative number, takes a
run of Chinese for one word, and its idea of a letter depends on the server's locale.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
    "\uac00-\ud7af"  # Hangul: spaced, but its words carry particles
)
"""Scripts that are indexed in pairs of signs, since no space says where a word ends."""
LETTER = rf"[^\W_{UNSPACED}]"
JOINERS = "\u200c\u200d\u00ad"
"""Invisible signs within words: joiners, the soft hyphen."""
LINE_END = re.compile(r"-\n")
LONGEST = 100
"""Characters of a word that count: what is longer is data, and PostgreSQL drops 2 KB and more."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word, or a pair of signs, of a text."""

    start: int
    """Offset in the text, in characters (code points)."""
    end: int
    form: str
    """As the index has it; two readings where a line's end parts the word."""


def tokens(text: str) -> Iterator[Token]:
    """Give the words of a text, in order; of unspaced scripts every pair of neighbours."""
    for found in _pattern().finditer(text):
        if found.lastgroup == "word":
            yield Token(start=found.start(), end=found.end(), form=_form(found.group()))
        else:
            yield from _pairs(found.group(), found.start())


def forms(text: str) -> str:
    """Give a text as the index has it: the forms of its words, a space between them."""
    return " ".join(token.form for token in tokens(text))


def _pairs(run: str, start: int) -> Iterator[Token]:
    width = min(2, len(run))
    for offset in range(len(run) - width + 1):
        place = start + offset
        yield Token(start=place, end=place + width, form=run[offset : offset + width])


def _form(word: str) -> str:
    parts = [_plain(part) for part in LINE_END.split(word)]
    return parts[0] if len(parts) == 1 else f"{''.join(parts)[:LONGEST]} {' '.join(parts)}"


def _plain(part: str) -> str:
    """Compose marks, open ligatures (NFKC, Unicode annex 15), lower the case."""
    bare = part.translate(dict.fromkeys(map(ord, JOINERS)))
    return unicodedata.normalize("NFKC", bare).lower()[:LONGEST]


@cache
def _pattern() -> re.Pattern[str]:
    """Compile it at the first use: the marks, which are no letters to `re`, are looked up."""
    plane = map(chr, range(0x300, 0x10000))
    marks = "".join(sign for sign in plane if unicodedata.category(sign)[0] == "M")
    inside = rf"(?:{LETTER}|[{marks}{JOINERS}]|(?<=[^\W\d_])-\n(?=[^\W\d_{UNSPACED}]))"
    return re.compile(rf"(?P<word>{LETTER}{inside}*)|(?P<run>[{UNSPACED}]+)")
