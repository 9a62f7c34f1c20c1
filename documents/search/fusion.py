"""One ranking out of several."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

K = 60
"""Dampens the first places; 60 as in the paper."""


def fused(rankings: Sequence[Sequence[T]]) -> dict[T, float]:
    """Give each of what is ranked a score, 0 to 1, best first: 1 is the first place everywhere.

    Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009), the sum of 1 / (K + place)
    over the rankings, divided by the largest possible sum. Ranks of different measures can be put
    together by it, which their values cannot. Ties keep the order of the rankings.
    """
    scores: dict[T, float] = {}
    for ranking in rankings:
        for place, one in enumerate(ranking, start=1):
            scores[one] = scores.get(one, 0.0) + (K + 1) / (K + place) / len(rankings)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
