"""Finds and ranks passages by stemmed words and by similar spellings."""

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
from documents.search.evidence import FoundBy
from documents.search.fusion import fuse_rankings
from documents.search.query import ParsedQuery, Piece, quote_phrase
from documents.search.scope import SearchScope

MAX_RANKED_PASSAGES = 200
"""Passages per ranking; lower ranks add next to nothing to a score."""
LENGTH_NORMALIZATION = 1
"""ts_rank_cd divides by 1 + the logarithm of the length."""
WORDS: FoundBy = "words"
SPELLING: FoundBy = "spelling"

Query = SearchQuery | CombinedSearchQuery
Ranking = tuple[FoundBy, list[int]]
"""Method, and keys of passages, best first."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A passage that was found."""

    passage: int
    """Primary key."""
    score: float
    """0 to 1; see `fuse_rankings`."""
    by: tuple[FoundBy, ...]
    """`words` if its words match, `spelling` if they are spelled similarly."""


def find_passages(parsed: ParsedQuery, scope: SearchScope, limit: int) -> list[Match]:
    """Return the best matches.

    Searches for passages with all words first. If that finds fewer than `limit`, passages with some
    of the words follow.
    """
    languages = _languages(scope)
    if not languages:
        return []
    allowed = _exclude_unwanted(parsed, scope, languages)
    quoted = _require_phrases(parsed, allowed, languages)
    alike = [vocabulary.similar_words(scope.organization_id, word) for word in parsed.spellings]
    every = {language: _query(parsed.wanted, language) for language in languages}
    rankings = [(WORDS, _by_words(every, allowed)), *_by_spelling(alike, quoted, and_)]
    if len({key for _, ranking in rankings for key in ranking}) < limit:
        some = {language: _any_word(parsed, language) for language in languages}
        rankings += [(WORDS, _by_words(some, quoted)), *_by_spelling(alike, quoted, or_)]
    return _matches(rankings)[:limit]


def _matches(rankings: Sequence[Ranking]) -> list[Match]:
    by: dict[int, dict[FoundBy, None]] = {}
    for method, ranking in rankings:
        for key in ranking:
            by.setdefault(key, {})[method] = None
    scores = fuse_rankings([ranking for _, ranking in rankings])
    return [
        Match(passage=key, score=round(score, 4), by=tuple(by[key]))
        for key, score in scores.items()
    ]


def _by_words(queries: Mapping[str, Query], allowed: QuerySet[Passage]) -> list[int]:
    """Rank by cover density (ts_rank_cd), with one branch and so one index scan per language."""
    matching = [Q(language=language, words=query) for language, query in queries.items()]
    whens = [When(language=language, then=query) for language, query in queries.items()]
    rank = SearchRank(
        F("words"),
        Case(*whens, output_field=SearchQueryField()),
        normalization=Value(LENGTH_NORMALIZATION),
        cover_density=True,
    )
    return _rank(allowed.filter(reduce(or_, matching)), rank)


def _by_spelling(
    alike: Sequence[Mapping[str, float]],
    allowed: QuerySet[Passage],
    combine: Callable[[Q, Q], Q],
) -> list[Ranking]:
    """Rank by the summed similarity of each word to the most similar word of the passage.

    Returns no ranking if no word has a spelling to compare.
    """
    known = [words for words in alike if words]
    if not known or (combine is and_ and len(known) < len(alike)):
        return [(SPELLING, [])] if alike else []
    having = reduce(combine, (Q(spellings__overlap=list(words)) for words in known))
    rank = reduce(add, (_likeness(words) for words in known))
    return [(SPELLING, _rank(allowed.filter(having), rank))]


def _likeness(words: Mapping[str, float]) -> Case:
    """Return the similarity of the most similar of the words that a passage has."""
    whens = [
        When(spellings__contains=[word], then=Value(similarity))
        for word, similarity in words.items()
    ]
    return Case(*whens, default=Value(0.0))


def _rank(matching: QuerySet[Passage], rank: Combinable) -> list[int]:
    ranked = matching.annotate(rank=rank).order_by("-rank", "pk")
    return list(ranked.values_list("pk", flat=True)[:MAX_RANKED_PASSAGES])


def _exclude_unwanted(
    parsed: ParsedQuery, scope: SearchScope, languages: Sequence[str]
) -> QuerySet[Passage]:
    """Exclude passages with an unwanted word.

    Not by a negation in the query: with only stop words beside it, it would match every passage.
    """
    passages = scope.passages()
    for piece in parsed.unwanted:
        passages = passages.exclude(_contains(piece, languages))
    return passages


def _require_phrases(
    parsed: ParsedQuery, passages: QuerySet[Passage], languages: Sequence[str]
) -> QuerySet[Passage]:
    """Keep only passages with the quoted phrases, when not all words are required."""
    for piece in parsed.phrases:
        passages = passages.filter(_contains(piece, languages))
    return passages


def _contains(piece: Piece, languages: Sequence[str]) -> Q:
    return reduce(
        or_, (Q(language=one, words=_query(quote_phrase(piece), one)) for one in languages), Q()
    )


def _any_word(parsed: ParsedQuery, language: str) -> Query:
    return reduce(or_, (_query(quote_phrase(piece), language) for piece in parsed.pieces))


def _query(wanted: str, language: str) -> Query:
    return SearchQuery(wanted, config=CONFIGURATIONS[language], search_type="websearch")


def _languages(scope: SearchScope) -> list[str]:
    """Return the languages of the tenant's passages, with one index lookup per language."""
    wanted = scope.languages if scope.languages is not None else CONFIGURATIONS
    here = Passage.objects.filter(organization_id=scope.organization_id)
    return [one for one in CONFIGURATIONS if one in wanted and here.filter(language=one).exists()]
