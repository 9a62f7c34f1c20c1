"""Selects the part of a passage that best shows why it matched."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.indexing.tokens import TextToken
from documents.search.highlighting import HighlightedText, MatchedWord

SNIPPET_CHARACTERS = 320
"""Approximate length."""
MAX_LEAD_CHARACTERS = 80
"""Characters before the first match."""
JOINERS = "\u200d\ufe0e\ufe0f"
"""Code points that join an emoji."""


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A verbatim part of a text, and the matches in it."""

    start: int
    """Offset in the text; all offsets count Unicode code points."""
    text: str
    highlights: tuple[tuple[int, int], ...]
    """Start and end in `text`, in order, never overlapping."""


def snippet(text: str, marked: HighlightedText) -> Snippet:
    """Return the part with the most distinct matches, cut between words."""
    start, end = _borders(text, marked.tokens, _best(marked.marks))
    start += len(text[start:end]) - len(text[start:end].lstrip())
    cut = text[start:end].rstrip()
    inside = [mark for mark in marked.marks if start <= mark.start and mark.end <= start + len(cut)]
    return Snippet(start=start, text=cut, highlights=tuple(_merge_highlights(inside, start)))


def _best(marks: Sequence[MatchedWord]) -> Sequence[MatchedWord]:
    """Return the run of matches within the width with the most distinct forms.

    Ties go to the run with the most matches, then to the first.
    """
    best: Sequence[MatchedWord] = ()
    worth = (0, 0)
    end = 0
    for begin, first in enumerate(marks):
        while (
            end < len(marks)
            and marks[end].end - first.start <= SNIPPET_CHARACTERS - MAX_LEAD_CHARACTERS
        ):
            end += 1
        run = marks[begin : max(end, begin + 1)]
        value = (len({mark.form for mark in run}), len(run))
        if value > worth:
            best, worth = run, value
    return best


def _borders(
    text: str, tokens: Sequence[TextToken], shown: Sequence[MatchedWord]
) -> tuple[int, int]:
    first = shown[0].start if shown else 0
    last = shown[-1].end if shown else 0
    starts = (one.start for one in tokens if first - MAX_LEAD_CHARACTERS <= one.start)
    start = min(next(starts, first), first) if first > MAX_LEAD_CHARACTERS else 0
    if len(text) - start <= SNIPPET_CHARACTERS:
        return start, len(text)
    ends = [
        one.end for one in tokens if one.start >= last and one.end <= start + SNIPPET_CHARACTERS
    ]
    end = max([last, *ends[-1:]]) or start + SNIPPET_CHARACTERS
    return start, _extend_to_sign(text, end)


def _extend_to_sign(text: str, end: int) -> int:
    """Move an end past the combining marks and joiners of the character before it."""
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in JOINERS):
        end += 1
    return end


def _merge_highlights(marks: Sequence[MatchedWord], start: int) -> Iterator[tuple[int, int]]:
    """Yield the matches' offsets in the snippet; adjacent character pairs are merged."""
    places = [(mark.start - start, mark.end - start) for mark in marks]
    while places:
        begin, end = places.pop(0)
        while places and places[0][0] <= end:
            end = max(end, places.pop(0)[1])
        yield begin, end
