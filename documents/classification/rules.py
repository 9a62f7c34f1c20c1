"""The default categories, by rules over words and layout; their weights are in rules.toml."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.classification.layout_cues import CUES
from documents.classification.scoring import OTHER, Classification, Evidence, decide

FILE = Path(__file__).with_name("rules.toml")

OCR_ZERO = re.compile(r"(?<=[a-z])0(?=[a-z ]|$)|(?<![\d.,])0(?=[a-z]{2})", re.M)
"""A nought that OCR saw where a word has an O."""
TITLE_LINES = 8
"""Lines at the top, empty ones apart, among which a title is looked for."""
TITLE_WORDS = 9
"""Words that a title has at most."""
MORE_EACH = 0.25
"""A phrase found again adds this share of its weight, up to as much again."""


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A phrase and what it weighs."""

    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, kw_only=True)
class LayoutRule:
    """A layout cue and what it weighs."""

    cue: str
    weight: float
    full: float
    """Count from which the weight counts in full."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What speaks for one category."""

    title: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    layout: tuple[LayoutRule, ...]


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """All categories with their rules, and the scale of the points."""

    categories: Mapping[str, Rules]
    other: float
    temperature: float
    few_words: float


@functools.cache
def book() -> RuleBook:
    """Read rules.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    scale = data.pop("scale")
    return RuleBook(categories={name: _rules(given) for name, given in data.items()}, **scale)


def names() -> list[str]:
    """Give the default categories, `other` last."""
    return [*book().categories, OTHER]


def classify(text: str) -> Classification:
    """Say which of the default categories a text belongs to."""
    rules = book()
    return decide(
        evidence(text),
        other=rules.other,
        temperature=rules.temperature,
        strength=min(1.0, len(text.split()) / rules.few_words),
    )


def evidence(text: str) -> dict[str, list[Evidence]]:
    """Give the cues found for each default category but `other`."""
    lowered = OCR_ZERO.sub("o", text.casefold())
    lines = [line.strip() for line in lowered.splitlines() if line.strip()][:TITLE_LINES]
    title = "\n".join(line for line in lines if len(line.split()) <= TITLE_WORDS)
    return {
        name: [*_titles(rules, title), *_phrases(rules, lowered), *_layout(rules, text)]
        for name, rules in book().categories.items()
    }


def _titles(rules: Rules, title: str) -> Iterator[Evidence]:
    """Count the strongest title only: "invoice" is in "tax invoice" as well."""
    matches = [
        (rule.weight, match) for rule in rules.title if (match := rule.pattern.search(title))
    ]
    if matches:
        weight, match = max(matches, key=lambda found: found[0])
        yield Evidence(points=weight, words=f"“{_words(match)}” in the title")


def _phrases(rules: Rules, lowered: str) -> Iterator[Evidence]:
    for rule in rules.phrases:
        matches = list(rule.pattern.finditer(lowered))
        if matches:
            again = min(1.0, MORE_EACH * (len(matches) - 1))
            yield Evidence(points=rule.weight * (1 + again), words=f"“{_words(matches[0])}”")


def _layout(rules: Rules, text: str) -> Iterator[Evidence]:
    for rule in rules.layout:
        cue = CUES[rule.cue]
        if count := cue.count(text):
            share = min(1.0, count / rule.full)
            yield Evidence(points=rule.weight * share, words=cue.words.format(n=int(count)))


def _words(match: re.Match[str]) -> str:
    return " ".join(match.group().split())


def _rules(given: Mapping[str, Any]) -> Rules:
    return Rules(
        title=_compiled(given["title"]),
        phrases=_compiled(given["phrases"]),
        layout=tuple(LayoutRule(cue=cue, **rule) for cue, rule in given["layout"].items()),
    )


def _compiled(weights: Mapping[str, float]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(pattern=re.compile(_whole_words(phrase)), weight=weight)
        for phrase, weight in weights.items()
    )


def _whole_words(phrase: str) -> str:
    spaced = phrase.replace(" ?", r"\s?").replace(" ", r"\s+")
    return rf"(?<!\w)(?:{spaced})(?!\w)"
