"""Finds the values that a question mentions, and whether it includes or excludes them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jobs.ai.extraction.words import is_content, stem
from reports.data.computation.views import Condition

Stance = Literal["wanted", "unwanted", "beside"]
"""Attitude towards a value; `beside` as in “not only North”, which includes all others as well."""

NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely|solely)\b)|no(?! of\b)|neither|nor|other than|without"
    r"|outside|besides|except|excepting|exclud(?:e|es|ing)|ignor(?:e|ing)|minus"
    r"|(?:all|any|every|everything|everywhere)(?: \w+)? (but)(?! (?:also|only|with)\b))\b"
)
"""Excludes the values that follow; in “all regions but” the last word does."""
NEGATION_ENDS = frozenset({"only", "just", "merely", "solely", "but", "with"})
"""Words that end a negation: “not North but South”; after `not` they mean `beside`."""
GROUPING_WORDS = frozenset({"by", "per", "each", "every", "across", "which", "what", "among"})
BOUND_WORDS = frozenset({"before", "after", "since", "until", "more"})
"""A preceding negation refers to these and not to the value: “not before 2025”."""
MAX_COMPARED_VALUES = 50
"""As `Condition` allows."""


@dataclass(frozen=True, kw_only=True)
class ValueMention:
    """A mention of a value in a question."""

    value: str
    stance: Stance
    places: frozenset[int]
    """Indexes of its words and of the negation that applies to it."""


@dataclass(frozen=True, kw_only=True)
class ValueFilter:
    """A condition from a question, and the indexes of the words it comes from."""

    condition: Condition
    places: frozenset[int]


def negation_places(words: Sequence[str]) -> frozenset[int]:
    """Return the indexes of the words that exclude what follows."""
    said = " ".join(words)
    found = NEGATION.finditer(said)
    return frozenset(said.count(" ", 0, one.start(one.lastindex or 0)) for one in found)


def find_mentions(
    words: Sequence[str], values: Mapping[str, Sequence[str]], about: Collection[str]
) -> Iterator[ValueMention]:
    """Yield the mentions of values, each given with its words; the longest match wins.

    A negation applies to all values that follow, across stop words and words whose stems are in
    `about`: “except for the regions North and South”.
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
    """Return the values mentioned at an index: “North America”, not “North”."""
    found = [
        value
        for value, said in values.items()
        if words[at] == said[0] and words[at : at + len(said)] == said
    ]
    longest = max((len(values[value]) for value in found), default=0)
    return [value for value in found if len(values[value]) == longest]


def _stance_after(words: Sequence[str], at: int, about: Collection[str]) -> Stance | None:
    """Return the stance that a word starts; `None` if it changes nothing."""
    word = words[at]
    if word in NEGATION_ENDS:
        return "beside" if words[max(0, at - 1)] == "not" else "wanted"
    if word in GROUPING_WORDS | BOUND_WORDS or (is_content(word) and stem(word) not in about):
        return "wanted"
    return None


def combine_mentions(column: str, named: Sequence[ValueMention]) -> ValueFilter | None:
    """Return the condition from all mentions of a column's values.

    If any value is included, the included ones are all: “South, not North” excludes West as well.
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
