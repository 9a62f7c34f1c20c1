"""The stretch of a passage that shows best why it was found."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.indexing.tokens import Token
from documents.search.highlighting import Mark, Marked

WIDTH = 320
"""Characters of a snippet, about."""
LEAD = 80
"""Characters shown before the first mark, at most."""
JOINERS = "\u200d\ufe0e\ufe0f"
"""What holds an emoji together."""


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A stretch of a text, word for word, and the places that matched."""

    start: int
    """Offset in the text, in characters (code points), like all of them."""
    text: str
    highlights: tuple[tuple[int, int], ...]
    """From and to, in `text`; in order, never overlapping."""


def snippet(text: str, marked: Marked) -> Snippet:
    """Give the stretch with the most different marks, cut between words."""
    start, end = _borders(text, marked.tokens, _best(marked.marks))
    start += len(text[start:end]) - len(text[start:end].lstrip())
    cut = text[start:end].rstrip()
    inside = [mark for mark in marked.marks if start <= mark.start and mark.end <= start + len(cut)]
    return Snippet(start=start, text=cut, highlights=tuple(_joined(inside, start)))


def _best(marks: Sequence[Mark]) -> Sequence[Mark]:
    """Give the run of marks, within the width, with the most different forms, then the most marks.

    The first of equals.
    """
    best: Sequence[Mark] = ()
    worth = (0, 0)
    end = 0
    for begin, first in enumerate(marks):
        while end < len(marks) and marks[end].end - first.start <= WIDTH - LEAD:
            end += 1
        run = marks[begin : max(end, begin + 1)]
        value = (len({mark.form for mark in run}), len(run))
        if value > worth:
            best, worth = run, value
    return best


def _borders(text: str, tokens: Sequence[Token], shown: Sequence[Mark]) -> tuple[int, int]:
    first = shown[0].start if shown else 0
    last = shown[-1].end if shown else 0
    starts = (one.start for one in tokens if first - LEAD <= one.start)
    start = min(next(starts, first), first) if first > LEAD else 0
    if len(text) - start <= WIDTH:
        return start, len(text)
    ends = [one.end for one in tokens if one.start >= last and one.end <= start + WIDTH]
    end = max([last, *ends[-1:]]) or start + WIDTH
    return start, _whole(text, end)


def _whole(text: str, end: int) -> int:
    """Move an end behind the marks and joiners that belong to the sign before it."""
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in JOINERS):
        end += 1
    return end


def _joined(marks: Sequence[Mark], start: int) -> Iterator[tuple[int, int]]:
    """Give the marks' places in the snippet; pairs of signs that touch become one."""
    places = [(mark.start - start, mark.end - start) for mark in marks]
    while places:
        begin, end = places.pop(0)
        while places and places[0][0] <= end:
            end = max(end, places.pop(0)[1])
        yield begin, end
