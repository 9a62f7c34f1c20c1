"""Splits text into the words of the search index, each with its place in the original text.

PostgreSQL's parser is not used: it reads `-118` in `2024-118` as a negative number, takes a run of
Chinese for one word, and its definition of a letter depends on the server's locale.
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
"""Scripts indexed in pairs of characters, since no space marks the end of a word."""
LETTER = rf"[^\W_{UNSPACED}]"
JOINERS = "\u200c\u200d\u00ad"
"""Invisible characters within words: joiners and the soft hyphen."""
LINE_END = re.compile(r"-\n")
MAX_WORD_CHARACTERS = 100
"""Longer words are data and are cut; PostgreSQL ignores words of 2 KB and more."""


@dataclass(frozen=True, kw_only=True)
class TextToken:
    """A word, or a pair of characters of an unspaced script."""

    start: int
    """Offset in the text, in characters (code points)."""
    end: int
    form: str
    """As indexed; a word split by a line break has two readings."""


def tokens(text: str) -> Iterator[TextToken]:
    """Yield the words of a text in order; for unspaced scripts, every pair of neighbours."""
    for found in _pattern().finditer(text):
        if found.lastgroup == "word":
            yield TextToken(start=found.start(), end=found.end(), form=_form(found.group()))
        else:
            yield from _pairs(found.group(), found.start())


def forms(text: str) -> str:
    """Return the forms of the words of a text, separated by spaces."""
    return " ".join(token.form for token in tokens(text))


def _pairs(run: str, start: int) -> Iterator[TextToken]:
    width = min(2, len(run))
    for offset in range(len(run) - width + 1):
        place = start + offset
        yield TextToken(start=place, end=place + width, form=run[offset : offset + width])


def _form(word: str) -> str:
    parts = [_plain(part) for part in LINE_END.split(word)]
    return (
        parts[0] if len(parts) == 1 else f"{''.join(parts)[:MAX_WORD_CHARACTERS]} {' '.join(parts)}"
    )


def _plain(part: str) -> str:
    """Compose combining marks, expand ligatures (NFKC, Unicode annex 15), and lower the case."""
    bare = part.translate(dict.fromkeys(map(ord, JOINERS)))
    return unicodedata.normalize("NFKC", bare).lower()[:MAX_WORD_CHARACTERS]


@cache
def _pattern() -> re.Pattern[str]:
    """Compile the pattern on first use.

    It lists all combining marks, which `re` does not treat as letters.
    """
    plane = map(chr, range(0x300, 0x10000))
    marks = "".join(sign for sign in plane if unicodedata.category(sign)[0] == "M")
    inside = rf"(?:{LETTER}|[{marks}{JOINERS}]|(?<=[^\W\d_])-\n(?=[^\W\d_{UNSPACED}]))"
    return re.compile(rf"(?P<word>{LETTER}{inside}*)|(?P<run>[{UNSPACED}]+)")
