"""Combines several rankings into one."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

K = 60
"""Dampens the top ranks; 60 as in the paper."""


def fuse_rankings(rankings: Sequence[Sequence[T]]) -> dict[T, float]:
    """Return a score from 0 to 1 per item, best first: 1 is the first rank in every ranking.

    Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009): the sum of 1 / (K + rank)
    over the rankings, divided by the largest possible sum. It combines ranks of measures whose
    values are not comparable. Ties keep the order of the rankings.
    """
    scores: dict[T, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + (K + 1) / (K + rank) / len(rankings)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
