"""Passages that match, ranked: by their words, stemmed, and by how words are spelled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, or_

from django.contrib.postgres.search import (
    CombinedSearchQuery,
    SearchQuery,
    SearchQueryField,
    SearchRank,
)
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from documents.indexing import vocabulary
from documents.indexing.languages import CONFIGURATIONS
from documents.models import Passage
from documents.search.evidence import By
from documents.search.fusion import fused
from documents.search.query import Asked, Piece, phrase
from documents.search.scope import Scope

DEPTH = 200
"""Passages that each ranking gives: beyond, a place adds next to nothing to a score."""
BY_LENGTH = 1
"""ts_rank_cd divides by 1 + the logarithm of the length."""
WORDS: By = "words"
SPELLING: By = "spelling"

Query = SearchQuery | CombinedSearchQuery
Ranking = tuple[By, list[int]]
"""How, and the keys of passages, best first."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A passage that was found."""

    passage: int
    """Its key."""
    score: float
    """0 to 1; see `fused`."""
    by: tuple[By, ...]
    """`words` where its words match, `spelling` where they are spelled alike."""


def find(asked: Asked, scope: Scope, limit: int) -> list[Match]:
    """Give the best matches.

    Looked for is what has all of the words; only where that is less than `limit`, what has some.
    """
    languages = _languages(scope)
    if not languages:
        return []
    allowed = _allowed(asked, scope, languages)
    quoted = _quoting(asked, allowed, languages)
    alike = [vocabulary.alike(scope.organization_id, word) for word in asked.spellings]
    every = {language: _query(asked.wanted, language) for language in languages}
    rankings = [(WORDS, _by_words(every, allowed)), *_by_spelling(alike, quoted, and_)]
    if len({key for _, ranking in rankings for key in ranking}) < limit:
        some = {language: _any_word(asked, language) for language in languages}
        rankings += [(WORDS, _by_words(some, quoted)), *_by_spelling(alike, quoted, or_)]
    return _matches(rankings)[:limit]


def _matches(rankings: Sequence[Ranking]) -> list[Match]:
    by: dict[int, dict[By, None]] = {}
    for method, ranking in rankings:
        for key in ranking:
            by.setdefault(key, {})[method] = None
    scores = fused([ranking for _, ranking in rankings])
    return [
        Match(passage=key, score=round(score, 4), by=tuple(by[key]))
        for key, score in scores.items()
    ]


def _by_words(queries: Mapping[str, Query], allowed: QuerySet[Passage]) -> list[int]:
    """Rank by cover density (ts_rank_cd); a branch for each language, so an index scan for each."""
    matching = [Q(language=language, words=query) for language, query in queries.items()]
    whens = [When(language=language, then=query) for language, query in queries.items()]
    rank = SearchRank(
        F("words"),
        Case(*whens, output_field=SearchQueryField()),
        normalization=Value(BY_LENGTH),
        cover_density=True,
    )
    return _first(allowed.filter(reduce(or_, matching)), rank)


def _by_spelling(
    alike: Sequence[Mapping[str, float]],
    allowed: QuerySet[Passage],
    combine: Callable[[Q, Q], Q],
) -> list[Ranking]:
    """Rank by the sum of what each word has in common with the likest one of the passage.

    No ranking where no word has a spelling to compare.
    """
    known = [words for words in alike if words]
    if not known or (combine is and_ and len(known) < len(alike)):
        return [(SPELLING, [])] if alike else []
    having = reduce(combine, (Q(spellings__overlap=list(words)) for words in known))
    rank = reduce(add, (_likeness(words) for words in known))
    return [(SPELLING, _first(allowed.filter(having), rank))]


def _likeness(words: Mapping[str, float]) -> Case:
    """Give the similarity of the first of the words, the likest, that a passage has."""
    whens = [
        When(spellings__contains=[word], then=Value(similarity))
        for word, similarity in words.items()
    ]
    return Case(*whens, default=Value(0.0))


def _first(matching: QuerySet[Passage], rank: Combinable) -> list[int]:
    ranked = matching.annotate(rank=rank).order_by("-rank", "pk")
    return list(ranked.values_list("pk", flat=True)[:DEPTH])


def _allowed(asked: Asked, scope: Scope, languages: Sequence[str]) -> QuerySet[Passage]:
    """Leave out what has a word that is not wanted.

    Not within the query: beside stop words alone, a negation would be true of every passage.
    """
    passages = scope.passages()
    for piece in asked.unwanted:
        passages = passages.exclude(_having(piece, languages))
    return passages


def _quoting(
    asked: Asked, passages: QuerySet[Passage], languages: Sequence[str]
) -> QuerySet[Passage]:
    """Keep to what has the phrases, where not all of the words are asked for."""
    for piece in asked.phrases:
        passages = passages.filter(_having(piece, languages))
    return passages


def _having(piece: Piece, languages: Sequence[str]) -> Q:
    return reduce(
        or_, (Q(language=one, words=_query(phrase(piece), one)) for one in languages), Q()
    )


def _any_word(asked: Asked, language: str) -> Query:
    return reduce(or_, (_query(phrase(piece), language) for piece in asked.pieces))


def _query(wanted: str, language: str) -> Query:
    return SearchQuery(wanted, config=CONFIGURATIONS[language], search_type="websearch")


def _languages(scope: Scope) -> list[str]:
    """Give the languages of the tenant's passages, by a look into the index for each."""
    wanted = scope.languages if scope.languages is not None else CONFIGURATIONS
    here = Passage.objects.filter(organization_id=scope.organization_id)
    return [one for one in CONFIGURATIONS if one in wanted and here.filter(language=one).exists()]
