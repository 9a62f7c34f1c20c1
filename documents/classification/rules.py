"""Classifies into the default categories by words and layout; the weights are in rules.toml."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.classification.layout_cues import CUES
from documents.classification.scoring import (
    OTHER,
    ClassificationResult,
    CueEvidence,
    choose_category,
)

FILE = Path(__file__).with_name("rules.toml")

OCR_ZERO = re.compile(r"(?<=[a-z])0(?=[a-z ]|$)|(?<![\d.,])0(?=[a-z]{2})", re.M)
"""A zero that OCR read in place of the letter O."""
MAX_TITLE_LINES = 8
"""Non-empty lines at the top among which titles are searched."""
MAX_TITLE_WORDS = 9
"""A longer line is not a title."""
REPEAT_SHARE = 0.25
"""Each repetition of a phrase adds this share of its weight, up to its full weight again."""


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A phrase and its weight."""

    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, kw_only=True)
class LayoutRule:
    """A layout cue and its weight."""

    cue: str
    weight: float
    full: float
    """Count from which the full weight applies."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules of one category."""

    title: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    layout: tuple[LayoutRule, ...]


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """Rules of all categories, and the scale of the points."""

    categories: Mapping[str, Rules]
    other: float
    temperature: float
    few_words: float


@functools.cache
def load_rules() -> RuleBook:
    """Read rules.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    scale = data.pop("scale")
    return RuleBook(categories={name: _rules(entry) for name, entry in data.items()}, **scale)


def category_names() -> list[str]:
    """Return the default categories, `other` last."""
    return [*load_rules().categories, OTHER]


def classify(text: str) -> ClassificationResult:
    """Classify a text into the default categories."""
    rules = load_rules()
    return choose_category(
        find_evidence(text),
        other=rules.other,
        temperature=rules.temperature,
        strength=min(1.0, len(text.split()) / rules.few_words),
    )


def find_evidence(text: str) -> dict[str, list[CueEvidence]]:
    """Return the cues found for each default category except `other`."""
    lowered = OCR_ZERO.sub("o", text.casefold())
    lines = [line.strip() for line in lowered.splitlines() if line.strip()][:MAX_TITLE_LINES]
    title = "\n".join(line for line in lines if len(line.split()) <= MAX_TITLE_WORDS)
    return {
        name: [*_titles(rules, title), *_phrases(rules, lowered), *_layout(rules, text)]
        for name, rules in load_rules().categories.items()
    }


def _titles(rules: Rules, title: str) -> Iterator[CueEvidence]:
    """Count only the strongest title: "tax invoice" also contains "invoice"."""
    matches = [
        (rule.weight, match) for rule in rules.title if (match := rule.pattern.search(title))
    ]
    if matches:
        weight, match = max(matches, key=lambda found: found[0])
        yield CueEvidence(points=weight, words=f"“{_words(match)}” in the title")


def _phrases(rules: Rules, lowered: str) -> Iterator[CueEvidence]:
    for rule in rules.phrases:
        matches = list(rule.pattern.finditer(lowered))
        if matches:
            again = min(1.0, REPEAT_SHARE * (len(matches) - 1))
            yield CueEvidence(points=rule.weight * (1 + again), words=f"“{_words(matches[0])}”")


def _layout(rules: Rules, text: str) -> Iterator[CueEvidence]:
    for rule in rules.layout:
        cue = CUES[rule.cue]
        if count := cue.count(text):
            share = min(1.0, count / rule.full)
            yield CueEvidence(points=rule.weight * share, words=cue.words.format(n=int(count)))


def _words(match: re.Match[str]) -> str:
    return " ".join(match.group().split())


def _rules(entry: Mapping[str, Any]) -> Rules:
    return Rules(
        title=_compile(entry["title"]),
        phrases=_compile(entry["phrases"]),
        layout=tuple(LayoutRule(cue=cue, **rule) for cue, rule in entry["layout"].items()),
    )


def _compile(weights: Mapping[str, float]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(pattern=re.compile(_whole_words(phrase)), weight=weight)
        for phrase, weight in weights.items()
    )


def _whole_words(phrase: str) -> str:
    spaced = phrase.replace(" ?", r"\s?").replace(" ", r"\s+")
    return rf"(?<!\w)(?:{spaced})(?!\w)"
