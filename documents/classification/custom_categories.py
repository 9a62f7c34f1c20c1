"""A caller's own categories: the words of their names and descriptions, looked for in the text."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from documents.classification import rules
from documents.classification.scoring import Category, Classification, Evidence, decide

NAME_WEIGHT = 3.0
"""What a word of a category's name weighs, in points."""
WORD_WEIGHT = 1.5
"""What a word of its description weighs."""
AGAIN = 0.5
"""What each doubling of a word's count adds, as a share."""
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
SHORTEST_STEM = 4


def classify(text: str, categories: Sequence[Category]) -> Classification:
    """Choose among the caller's categories; `other` where none of their words is in the text."""
    wanted = {category.name: _weights(category) for category in categories}
    shared = Counter(stem for weights in wanted.values() for stem in weights)
    counts = Counter(stemmed(word) for word in _words(text))
    built_in = rules.evidence(text)
    found = {
        name: [*_matches(weights, shared, counts), *_built_in(name, built_in)]
        for name, weights in wanted.items()
    }
    strength = min(1.0, sum(counts.values()) / FEW_WORDS)
    return decide(found, other=OTHER, temperature=TEMPERATURE, strength=strength)


def stemmed(word: str) -> str:
    """Cut a usual English ending: "complaints" and "complain" are not one, "refund(s|ed)" are."""
    stem = ENDINGS.sub("", word)
    return stem if len(stem) >= SHORTEST_STEM else word


def _matches(
    weights: Mapping[str, tuple[float, str]], shared: Counter[str], counts: Counter[str]
) -> list[Evidence]:
    """Weigh the words found; one that several categories name says less about each."""
    return [
        Evidence(
            points=weight / shared[stem] * (1 + AGAIN * math.log2(counts[stem])), words=f"“{word}”"
        )
        for stem, (weight, word) in weights.items()
        if counts[stem]
    ]


def _built_in(name: str, evidence: Mapping[str, Sequence[Evidence]]) -> list[Evidence]:
    """Take the built-in cues where the caller's category is one of the default ones."""
    same = next((known for known in evidence if stemmed(known) == stemmed(name.casefold())), None)
    cues = evidence[same] if same else ()
    return [Evidence(points=BUILT_IN_SHARE * cue.points, words=cue.words) for cue in cues]


def _weights(category: Category) -> dict[str, tuple[float, str]]:
    weights = {stemmed(word): (WORD_WEIGHT, word) for word in _words(category.description)}
    weights |= {stemmed(word): (NAME_WEIGHT, word) for word in _words(category.name)}
    return weights


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W_]+", text.casefold())
    return [word for word in found if len(word) > 1 and word not in STOP_WORDS]
