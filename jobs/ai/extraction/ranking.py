"""Ranks sentences: by relevance to a question (BM25), and by centrality in the texts (TextRank)."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from jobs.ai.extraction.sentences import Sentence
from jobs.ai.extraction.words import ENGLISH, terms

SATURATION = 1.2
LENGTH_WEIGHT = 0.6
DAMPING = 0.85
ITERATIONS = 25
MAX_GRAPH_SENTENCES = 400
"""Sentences that are compared with each other."""
MAX_TERM_SHARE = 0.25
"""A term in more than this share of the sentences adds no edges to the graph."""
DUPLICATE_OVERLAP = 0.6
"""Two sentences that share more than this part of their terms are duplicates."""
MIN_COVERAGE = 0.3
"""Share of the weight of a question that a relevant sentence covers."""
MIN_ROW_COVERAGE = 0.5
"""The same for a table row or a form field: their few words match by chance."""
MIN_WEIGHT = 1e-6
"""A lower weight means that no term matches."""
UNKNOWN_TERM_FACTOR = 0.5
"""Weight factor for a term of the question that no sentence contains."""
HEADING_FACTOR = 0.5
"""Weight factor for a term that only the heading contains."""
NON_PROSE_FACTOR = 0.7
"""Score factor for a table row or a form field."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Sentences of one language, ranked against each other."""

    sentences: Sequence[Sentence]

    def terms(self, question: str) -> frozenset[str]:
        """Return the stems of a question, in the language of the sentences."""
        language = self.sentences[0].language if self.sentences else ENGLISH
        return frozenset(terms(question, language))

    @cached_property
    def _frequency(self) -> Counter[str]:
        return Counter(term for sentence in self.sentences for term in sentence.terms)

    @cached_property
    def _average_length(self) -> float:
        total = sum(len(sentence.terms) for sentence in self.sentences)
        return total / max(1, len(self.sentences)) or 1.0

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of a term, as in BM25."""
        count = self._frequency[term]
        return math.log(1 + (len(self.sentences) - count + 0.5) / (count + 0.5))

    def relevant(self, question: str, limit: int, *, close: float = 0.0) -> list[Sentence]:
        """Return at most `limit` sentences that are relevant to a question, best first.

        BM25 (Robertson and Zaragoza, 2009) over sentences: a term counts once per sentence, and the
        heading above a sentence counts as well. Headings, headers of tables, sentences that cover
        too little of the question and duplicates of better sentences are left out, and so are
        sentences with a score below `close` (0 to 1) times the best score.
        """
        question_terms = self.terms(question)
        total = sum(
            self.weight(term) * (1 if self._frequency[term] else UNKNOWN_TERM_FACTOR)
            for term in sorted(question_terms)
        )
        scored = []
        for sentence in self.sentences:
            own, heading = self._weigh(sentence, question_terms)
            required = total * (MIN_COVERAGE if sentence.is_prose else MIN_ROW_COVERAGE)
            is_covering = own + heading >= max(required, MIN_WEIGHT)
            if is_covering and sentence.kind in ("text", "row"):
                scored.append((own * self._length_factor(sentence) + heading, sentence))
        scored.sort(key=lambda pair: (-pair[0], pair[1].place))
        best = scored[0][0] if scored else 0.0
        return distinct((sentence for score, sentence in scored if score >= close * best), limit)

    def _weigh(self, sentence: Sentence, question_terms: frozenset[str]) -> tuple[float, float]:
        """Return the weight of the terms in a sentence, and that of terms only in its heading."""
        own = question_terms & sentence.terms
        weight = sum(self.weight(term) for term in sorted(own))
        added = (question_terms & sentence.context) - own if sentence.is_prose else ()
        # a heading with terms of the question only makes its whole section relevant
        factor = 1.0 if sentence.context <= question_terms else HEADING_FACTOR
        return weight, factor * sum(self.weight(term) for term in sorted(added))

    def _length_factor(self, sentence: Sentence) -> float:
        """Return the score factor: lower for long sentences, table rows and form fields."""
        length = len(sentence.terms) / self._average_length
        norm = 1 + SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length)
        return (SATURATION + 1) / norm * (1.0 if sentence.is_prose else NON_PROSE_FACTOR)

    def central(self, limit: int) -> list[Sentence]:
        """Return at most `limit` sentences that represent the texts, most central first.

        TextRank (Mihalcea and Tarau, 2004): PageRank on a graph whose edges are shared terms.
        """
        candidates = self._candidates()
        ranks = _page_rank(self._graph(candidates))
        ranked = sorted(
            zip(candidates, ranks, strict=True), key=lambda pair: (-pair[1], pair[0].place)
        )
        return distinct((sentence for sentence, _ in ranked), limit)

    def _candidates(self) -> list[Sentence]:
        prose = [sentence for sentence in self.sentences if sentence.is_prose]
        if len(prose) <= MAX_GRAPH_SENTENCES:
            return prose
        densest = sorted(prose, key=lambda sentence: (-self._density(sentence), sentence.place))
        return sorted(densest[:MAX_GRAPH_SENTENCES], key=lambda sentence: sentence.place)

    def _density(self, sentence: Sentence) -> float:
        return sum(math.log(self._frequency[term]) for term in sorted(sentence.terms)) / (
            10 + len(sentence.terms)
        )

    def _graph(self, candidates: Sequence[Sentence]) -> list[dict[int, float]]:
        indexes_by_term: dict[str, list[int]] = defaultdict(list)
        for index, sentence in enumerate(candidates):
            for term in sorted(sentence.terms):
                indexes_by_term[term].append(index)
        shared: Counter[tuple[int, int]] = Counter()
        for indexes in indexes_by_term.values():
            if len(indexes) <= max(10, MAX_TERM_SHARE * len(candidates)):
                shared.update(combinations(indexes, 2))
        edges: list[dict[int, float]] = [{} for _ in candidates]
        for (a, b), count in shared.items():
            size = math.log(1 + len(candidates[a].terms)) + math.log(1 + len(candidates[b].terms))
            edges[a][b] = edges[b][a] = count / size
        return edges


def _page_rank(edges: Sequence[dict[int, float]]) -> list[float]:
    total = [sum(out.values()) or 1.0 for out in edges]
    ranks = [1.0] * len(edges)
    for _ in range(ITERATIONS):
        ranks = [
            1 - DAMPING + DAMPING * sum(ranks[b] * w / total[b] for b, w in out.items())
            for out in edges
        ]
    return ranks


def distinct(ranked: Iterable[Sentence], limit: int) -> list[Sentence]:
    """Return the first `limit` sentences that are no duplicates of an earlier one."""
    selected: list[Sentence] = []
    for sentence in ranked:
        if len(selected) >= limit:
            break
        if not any(_is_duplicate(sentence, other) for other in selected):
            selected.append(sentence)
    return selected


def _is_duplicate(sentence: Sentence, other: Sentence) -> bool:
    union = sentence.terms | other.terms
    return sentence.text == other.text or bool(
        union and len(sentence.terms & other.terms) / len(union) > DUPLICATE_OVERLAP
    )
