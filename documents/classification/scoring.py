"""What a classifier is asked and what it answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OTHER = "other"
"""The category of what fits none."""
QUOTED = 4
"""Cues that a reason names."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category of the caller's own."""

    name: str
    description: str = ""
    """Words that such documents use."""


@dataclass(frozen=True, kw_only=True)
class Classification:
    """What a document is, how sure that is, and why."""

    category: str
    confidence: float
    """0 to 1."""
    reason: str
    """The cues that were found, strongest first."""


NO_TEXT = Classification(category=OTHER, confidence=0.0, reason="The file contains no text.")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One cue that was found in a text."""

    points: float
    words: str
    """As the reason says it."""


def decide(
    found: Mapping[str, Sequence[Evidence]], *, other: float, temperature: float, strength: float
) -> Classification:
    """Choose the category with the most points, or `other`.

    The confidence is its share in a softmax over all categories: `temperature` points make one e
    times as likely as another. `other` always has its own points; `strength` (0 to 1) scales down
    those of the rest where the text is too short to trust them.
    """
    points = {name: strength * sum(cue.points for cue in cues) for name, cues in found.items()}
    points[OTHER] = max(other, points.get(OTHER, 0.0))
    best = max(points, key=lambda name: points[name])
    shares = {
        name: math.exp((scored - points[best]) / temperature) for name, scored in points.items()
    }
    confidence = round(1 / sum(shares.values()), 2)
    return Classification(category=best, confidence=confidence, reason=_reason(best, found, points))


def _reason(best: str, found: Mapping[str, Sequence[Evidence]], points: Mapping[str, float]) -> str:
    if cues := quoted(found.get(best, ())):
        return f"Found {cues}."
    nearest = max(found, key=lambda name: points[name], default=OTHER)
    if cues := quoted(found.get(nearest, ())):
        return f"Not enough cues. The closest category is {nearest}: {cues}."
    return "No cue of any category was found."


def quoted(cues: Sequence[Evidence]) -> str:
    """Name the strongest cues that speak for something."""
    strongest = sorted(cues, key=lambda cue: -cue.points)[:QUOTED]
    return ", ".join(cue.words for cue in strongest if cue.points > 0)
