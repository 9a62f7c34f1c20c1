"""Categories, results, and the choice of a category from the cues found."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OTHER = "other"
"""The category of documents that fit no other."""
MAX_QUOTED_CUES = 4
"""Number of cues that a reason names."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category to choose from."""

    name: str
    description: str = ""
    """Words that such documents use."""


@dataclass(frozen=True, kw_only=True)
class ClassificationResult:
    """Category of a document, confidence and reason."""

    category: str
    confidence: float
    """0 to 1."""
    reason: str
    """The cues found, strongest first."""


NO_TEXT = ClassificationResult(category=OTHER, confidence=0.0, reason="The file contains no text.")


@dataclass(frozen=True, kw_only=True)
class CueEvidence:
    """A cue found in a text."""

    points: float
    words: str
    """Wording in the reason."""


def choose_category(
    found: Mapping[str, Sequence[CueEvidence]], *, other: float, temperature: float, strength: float
) -> ClassificationResult:
    """Choose the category with the most points, or `other`.

    The confidence is its share in a softmax over all categories: `temperature` points make one e
    times as likely as another. `other` always has its own points; `strength` (0 to 1) scales down
    the points of the rest if the text is too short to be reliable.
    """
    points = {name: strength * sum(cue.points for cue in cues) for name, cues in found.items()}
    points[OTHER] = max(other, points.get(OTHER, 0.0))
    best = max(points, key=lambda name: points[name])
    shares = {
        name: math.exp((scored - points[best]) / temperature) for name, scored in points.items()
    }
    confidence = round(1 / sum(shares.values()), 2)
    return ClassificationResult(
        category=best, confidence=confidence, reason=_reason(best, found, points)
    )


def _reason(
    best: str, found: Mapping[str, Sequence[CueEvidence]], points: Mapping[str, float]
) -> str:
    if cues := quote_cues(found.get(best, ())):
        return f"Found {cues}."
    nearest = max(found, key=lambda name: points[name], default=OTHER)
    if cues := quote_cues(found.get(nearest, ())):
        return f"Not enough cues. The closest category is {nearest}: {cues}."
    return "No cue of any category was found."


def quote_cues(cues: Sequence[CueEvidence]) -> str:
    """List the strongest cues."""
    strongest = sorted(cues, key=lambda cue: -cue.points)[:MAX_QUOTED_CUES]
    return ", ".join(cue.words for cue in strongest if cue.points > 0)
