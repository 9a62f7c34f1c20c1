"""What a question narrows a table to: the values that it names, and whether it wants them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jobs.ai.extraction.words import is_content, stem
from reports.data.computation.views import Condition

Stance = Literal["wanted", "unwanted", "beside"]
"""Towards a value; `beside` as in “not only North”, which wants all the others as well."""

NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely|solely)\b)|no(?! of\b)|neither|nor|other than|without"
    r"|outside|besides|except|excepting|exclud(?:e|es|ing)|ignor(?:e|ing)|minus"
    r"|(?:all|any|every|everything|everywhere)(?: \w+)? (but)(?! (?:also|only|with)\b))\b"
)
"""What takes out the values that follow; of “all regions but” the last word does."""
NEGATION_ENDS = frozenset({"only", "just", "merely", "solely", "but", "with"})
"""What ends a negation: “not North but South”; after `not` it says `beside`."""
GROUPING_WORDS = frozenset({"by", "per", "each", "every", "across", "which", "what", "among"})
BOUND_WORDS = frozenset({"before", "after", "since", "until", "more"})
"""What a negation before it is about, and not the value: “not before 2025”."""
MAX_COMPARED_VALUES = 50
"""As `Condition` allows."""


@dataclass(frozen=True, kw_only=True)
class ValueMention:
    """A value where a question names it."""

    value: str
    stance: Stance
    places: frozenset[int]
    """Of its words, from 0, and of the negation that is about it."""


@dataclass(frozen=True, kw_only=True)
class ValueFilter:
    """A condition that a question names, and the places of the words that say so."""

    condition: Condition
    places: frozenset[int]


def negation_places(words: Sequence[str]) -> frozenset[int]:
    """Give the places of the words that take out what follows."""
    said = " ".join(words)
    found = NEGATION.finditer(said)
    return frozenset(said.count(" ", 0, one.start(one.lastindex or 0)) for one in found)


def find_mentions(
    words: Sequence[str], values: Mapping[str, Sequence[str]], about: Collection[str]
) -> Iterator[ValueMention]:
    """Give the values, of which each has its words, where they are named; the longest one counts.

    A negation holds for all values that follow, over small words and over those whose stems say
    what the values are `about`: “except for the regions North and South”.
    """
    negating = negation_places(words)
    stance: Stance = "wanted"
    because, at = frozenset[int](), 0
    while at < len(words):
        found = _longest(words, at, values)
        if not found and at in negating:
            stance, because = "unwanted", frozenset({at})
        elif not found and (turned := _stance_after(words, at, about)):
            stance, because = turned, frozenset()
        after = at + (len(values[found[0]]) if found else 1)
        for value in found:
            yield ValueMention(value=value, stance=stance, places=because.union(range(at, after)))
        at = after


def _longest(words: Sequence[str], at: int, values: Mapping[str, Sequence[str]]) -> list[str]:
    """Give the values that are named from a place on: “North America”, and not “North”."""
    found = [
        value
        for value, said in values.items()
        if words[at] == said[0] and words[at : at + len(said)] == said
    ]
    longest = max((len(values[value]) for value in found), default=0)
    return [value for value in found if len(values[value]) == longest]


def _stance_after(words: Sequence[str], at: int, about: Collection[str]) -> Stance | None:
    """Give the stance that a word begins; `None` where it leaves it as it was."""
    word = words[at]
    if word in NEGATION_ENDS:
        return "beside" if words[max(0, at - 1)] == "not" else "wanted"
    if word in GROUPING_WORDS | BOUND_WORDS or (is_content(word) and stem(word) not in about):
        return "wanted"
    return None


def combine_mentions(column: str, named: Sequence[ValueMention]) -> ValueFilter | None:
    """Give what the named values of a column narrow it to.

    The wanted ones say all where there are any: “South, not North” leaves West out, too.
    """
    unwanted = dict.fromkeys(one.value for one in named if one.stance == "unwanted")
    kept = [one for one in named if one.value not in unwanted]
    if any(one.stance == "wanted" for one in kept):
        values = dict.fromkeys(one.value for one in kept)
        test = "eq" if len(values) == 1 else "in"
    elif unwanted:
        values, test = unwanted, "ne"
    else:
        return None
    return ValueFilter(
        condition=Condition(column=column, test=test, values=list(values)[:MAX_COMPARED_VALUES]),
        places=frozenset().union(*(one.places for one in named)),
    )
