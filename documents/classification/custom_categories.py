"""Classifies into the caller's categories by the words of their names and descriptions."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from documents.classification import rules
from documents.classification.scoring import (
    Category,
    ClassificationResult,
    CueEvidence,
    choose_category,
)

NAME_WEIGHT = 3.0
"""Points for a word of a category's name."""
WORD_WEIGHT = 1.5
"""Points for a word of its description."""
REPEAT_SHARE = 0.5
"""Share of the points added each time the count of a word doubles."""
BUILT_IN_SHARE = 0.6
"""Share of the built-in rules' points that a category of the same name gets."""
OTHER, TEMPERATURE, FEW_WORDS = 2.0, 1.5, 8

STOPPED = """
a about an and any are as asks at be but by document documents file files for from has
have in into is it its kind not of on or other our such text that the their them they this
to type was we were which who will with you your
"""
STOP_WORDS = frozenset(STOPPED.split())
ENDINGS = re.compile(r"(ations?|ments?|ings?|ions?|ies|ed|es|e|s|y)$")
MIN_STEM_CHARACTERS = 4


def classify(text: str, categories: Sequence[Category]) -> ClassificationResult:
    """Choose one of the caller's categories, or `other` if none of their words is in the text."""
    weights_by_name = {category.name: _weights(category) for category in categories}
    shared = Counter(stem for weights in weights_by_name.values() for stem in weights)
    counts = Counter(stem_word(word) for word in _words(text))
    built_in = rules.find_evidence(text)
    found = {
        name: [*_matches(weights, shared, counts), *_built_in_evidence(name, built_in)]
        for name, weights in weights_by_name.items()
    }
    strength = min(1.0, sum(counts.values()) / FEW_WORDS)
    return choose_category(found, other=OTHER, temperature=TEMPERATURE, strength=strength)


def stem_word(word: str) -> str:
    """Cut a usual English ending: "complaints" and "complain" are not one, "refund(s|ed)" are."""
    stem = ENDINGS.sub("", word)
    return stem if len(stem) >= MIN_STEM_CHARACTERS else word


def _matches(
    weights: Mapping[str, tuple[float, str]], shared: Counter[str], counts: Counter[str]
) -> list[CueEvidence]:
    """Weigh the words found. A word shared by several categories counts less for each."""
    return [
        CueEvidence(
            points=weight / shared[stem] * (1 + REPEAT_SHARE * math.log2(counts[stem])),
            words=f"“{word}”",
        )
        for stem, (weight, word) in weights.items()
        if counts[stem]
    ]


def _built_in_evidence(
    name: str, evidence: Mapping[str, Sequence[CueEvidence]]
) -> list[CueEvidence]:
    """Return the built-in cues if the category has the name of a default one."""
    same = next(
        (known for known in evidence if stem_word(known) == stem_word(name.casefold())), None
    )
    cues = evidence[same] if same else ()
    return [CueEvidence(points=BUILT_IN_SHARE * cue.points, words=cue.words) for cue in cues]


def _weights(category: Category) -> dict[str, tuple[float, str]]:
    weights = {stem_word(word): (WORD_WEIGHT, word) for word in _words(category.description)}
    weights |= {stem_word(word): (NAME_WEIGHT, word) for word in _words(category.name)}
    return weights


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W_]+", text.casefold())
    return [word for word in found if len(word) > 1 and word not in STOP_WORDS]
