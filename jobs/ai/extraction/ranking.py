"""Which sentences matter: to a question (BM25) and to the texts themselves (TextRank)."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobs.ai.extraction.sentences import Sentence
from jobs.ai.extraction.words import ENGLISH, terms

SATURATION = 1.2
LENGTH_WEIGHT = 0.6
DAMPING = 0.85
ROUNDS = 25
GRAPH_SIZE = 400
"""Sentences that are compared with each other at most."""
COMMON = 0.25
"""A term in more than this share of the sentences connects nothing."""
ALIKE = 0.6
"""Share of common terms from which on two sentences say the same."""
ENOUGH = 0.3
"""Share of a question's weight that a sentence must cover to be an answer to it."""
ENOUGH_OF_A_ROW = 0.5
"""The same for a row of a table or a field of a form, whose few words meet by chance."""
LEAST = 1e-6
"""Below this nothing was met."""
UNKNOWN = 0.5
"""What a term of the question counts of its weight where no sentence has it."""
NEAR = 0.5
"""What a term counts of its weight that only the heading has."""
NOT_PROSE = 0.7
"""What a row of a table or a field of a form counts of a sentence's score."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Sentences of one language that are ranked against each other."""

    sentences: Sequence[Sentence]

    def terms(self, question: str) -> frozenset[str]:
        """Give the stems of a question, comparable with those of the sentences."""
        language = self.sentences[0].language if self.sentences else ENGLISH
        return frozenset(terms(question, language))

    @cached_property
    def _frequency(self) -> Counter[str]:
        return Counter(term for one in self.sentences for term in one.terms)

    @cached_property
    def _usual_length(self) -> float:
        return sum(len(one.terms) for one in self.sentences) / max(1, len(self.sentences)) or 1.0

    def weight(self, term: str) -> float:
        """Inverse document frequency, as in BM25: rare terms say more."""
        count = self._frequency[term]
        return math.log(1 + (len(self.sentences) - count + 0.5) / (count + 0.5))

    def relevant(self, question: str, limit: int, *, close: float = 0.0) -> list[Sentence]:
        """Give at most `limit` sentences that bear on a question, the closest first.

        BM25 (Robertson and Zaragoza, 2009) over sentences, where a term counts once, and the
        heading above a sentence counts as well. Left out are headings and headers of tables,
        sentences that cover too little of the question or repeat a closer one, and those whose
        score is below the share `close` of the best.
        """
        asked = self.terms(question)
        whole = sum(
            self.weight(term) * (1 if self._frequency[term] else UNKNOWN) for term in sorted(asked)
        )
        scored = []
        for one in self.sentences:
            own, near = self._weigh(one, asked)
            least = whole * (ENOUGH if one.is_prose else ENOUGH_OF_A_ROW)
            if own + near >= max(least, LEAST) and one.kind in ("text", "row"):
                scored.append((own * self._moderation(one) + near, one))
        scored.sort(key=lambda pair: (-pair[0], pair[1].place))
        best = scored[0][0] if scored else 0.0
        return distinct((one for score, one in scored if score >= close * best), limit)

    def _weigh(self, sentence: Sentence, asked: frozenset[str]) -> tuple[float, float]:
        """Weigh the terms of a question that a sentence has, and those that its heading adds."""
        own = asked & sentence.terms
        weight = sum(self.weight(term) for term in sorted(own))
        near = (asked & sentence.context) - own if sentence.is_prose else ()
        # All below a heading that is wholly about the question bears on it.
        share = 1.0 if sentence.context <= asked else NEAR
        return weight, share * sum(self.weight(term) for term in sorted(near))

    def _moderation(self, sentence: Sentence) -> float:
        """Give the factor by which a long sentence, or one that is no prose, counts less."""
        length = len(sentence.terms) / self._usual_length
        norm = 1 + SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length)
        return (SATURATION + 1) / norm * (1.0 if sentence.is_prose else NOT_PROSE)

    def central(self, limit: int) -> list[Sentence]:
        """Give at most `limit` sentences that stand for the whole, the most central first.

        TextRank (Mihalcea and Tarau, 2004): sentences recommend those that share words with them.
        """
        chosen = self._candidates()
        ranks = _page_rank(self._graph(chosen))
        order = sorted(range(len(chosen)), key=lambda at: (-ranks[at], chosen[at].place))
        return distinct((chosen[at] for at in order), limit)

    def _candidates(self) -> list[Sentence]:
        prose = [one for one in self.sentences if one.is_prose]
        if len(prose) <= GRAPH_SIZE:
            return prose
        dense = sorted(prose, key=lambda one: (-self._density(one), one.place))[:GRAPH_SIZE]
        return sorted(dense, key=lambda one: one.place)

    def _density(self, sentence: Sentence) -> float:
        return sum(math.log(self._frequency[term]) for term in sorted(sentence.terms)) / (
            10 + len(sentence.terms)
        )

    def _graph(self, chosen: Sequence[Sentence]) -> list[dict[int, float]]:
        holders: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(chosen):
            for term in sorted(one.terms):
                holders[term].append(at)
        shared: Counter[tuple[int, int]] = Counter()
        for places in holders.values():
            if len(places) <= max(10, COMMON * len(chosen)):
                shared.update((a, b) for i, a in enumerate(places) for b in places[i + 1 :])
        edges: list[dict[int, float]] = [{} for _ in chosen]
        for (a, b), count in shared.items():
            size = math.log(1 + len(chosen[a].terms)) + math.log(1 + len(chosen[b].terms))
            edges[a][b] = edges[b][a] = count / size
        return edges


def _page_rank(edges: Sequence[dict[int, float]]) -> list[float]:
    total = [sum(out.values()) or 1.0 for out in edges]
    ranks = [1.0] * len(edges)
    for _ in range(ROUNDS):
        ranks = [
            1 - DAMPING + DAMPING * sum(ranks[b] * w / total[b] for b, w in out.items())
            for out in edges
        ]
    return ranks


def distinct(ranked: Iterable[Sentence], limit: int) -> list[Sentence]:
    """Give the first `limit` sentences that do not repeat an earlier one."""
    kept: list[Sentence] = []
    for one in ranked:
        if len(kept) >= limit:
            break
        if not any(_alike(one, other) for other in kept):
            kept.append(one)
    return kept


def _alike(one: Sentence, other: Sentence) -> bool:
    union = one.terms | other.terms
    return one.text == other.text or bool(
        union and len(one.terms & other.terms) / len(union) > ALIKE
    )
