"""Finds the matching words of a passage in its original text.

ts_headline is not used: it marks matches with text inside the text, which a document could forge,
and supports neither character pairs nor spellings. PostgreSQL decides which forms match; the
offsets are computed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from documents.indexing.languages import CONFIGURATIONS
from documents.indexing.spelling import MIN_SIMILARITY, similarity, spelling
from documents.indexing.tokens import TextToken, tokens
from documents.search.query import ParsedQuery, Piece

# The vectors are computed once per form; joined first, once per form and word. A stop word has
# no vector and matches literally.
MATCHING = """
WITH asked AS MATERIALIZED (
    SELECT config, word, plainto_tsquery(config::regconfig, word) AS query
    FROM unnest(%(configs)s::text[]) AS config, unnest(%(words)s::text[]) AS word
), found AS MATERIALIZED (
    SELECT config, form, to_tsvector(config::regconfig, form) AS vector
    FROM unnest(%(form_configs)s::text[], %(forms)s::text[]) AS it (config, form)
)
SELECT config, form, word, vector @@ query FROM found JOIN asked USING (config)
WHERE vector @@ query OR form = word
"""


@dataclass(frozen=True, kw_only=True)
class MatchedWord:
    """A word that matches."""

    start: int
    end: int
    form: str


@dataclass(frozen=True, kw_only=True)
class HighlightedText:
    """The words of a text, and the matching ones; both in order."""

    tokens: Sequence[TextToken]
    marks: Sequence[MatchedWord]


@dataclass
class _FormMatch:
    """What a form in a language matches."""

    words: set[str]
    """Words of the query of which it is an inflection."""
    alone: bool
    """Whether it matches by itself, and not only within a phrase."""


FormMatches = Mapping[tuple[str, str], _FormMatch]
"""By language and form."""


def highlight(
    passages: Mapping[int, tuple[str, str]], parsed: ParsedQuery
) -> dict[int, HighlightedText]:
    """Find the matching words of passages, given as (language, text) by key."""
    parted = {key: list(tokens(text)) for key, (_, text) in passages.items()}
    languages = {key: language for key, (language, _) in passages.items()}
    forms = {(languages[key], token.form) for key, found in parted.items() for token in found}
    meanings = _match_forms(sorted(forms), parsed)
    return {
        key: HighlightedText(tokens=found, marks=_marks(found, languages[key], meanings, parsed))
        for key, found in parted.items()
    }


def _marks(
    found: Sequence[TextToken], language: str, meanings: FormMatches, parsed: ParsedQuery
) -> list[MatchedWord]:
    """Return the words that match alone, and the words of a phrase where they are consecutive."""
    meant = [meanings.get((language, token.form)) for token in found]
    places = {place for place, one in enumerate(meant) if one is not None and one.alone}
    for piece in parsed.pieces:
        if len(piece) > 1:
            places.update(_runs(piece, meant))
    return [
        MatchedWord(start=token.start, end=token.end, form=token.form)
        for place, token in enumerate(found)
        if place in places
    ]


def _runs(piece: Piece, meant: Sequence[_FormMatch | None]) -> Iterator[int]:
    for begin in range(len(meant) - len(piece) + 1):
        row = meant[begin : begin + len(piece)]
        if all(one is not None and word in one.words for one, word in zip(row, piece, strict=True)):
            yield from range(begin, begin + len(piece))


def _match_forms(forms: Sequence[tuple[str, str]], parsed: ParsedQuery) -> FormMatches:
    single = {piece[0] for piece in parsed.pieces if len(piece) == 1}
    meanings: dict[tuple[str, str], _FormMatch] = {}
    for language, form, word, stemmed in _match_stems(forms, parsed.words):
        one = meanings.setdefault((language, form), _FormMatch(words=set(), alone=False))
        one.words.add(word)
        one.alone |= stemmed and word in single
    for key in forms:
        if _is_alike(key[1], parsed.spellings):
            meanings.setdefault(key, _FormMatch(words=set(), alone=True)).alone = True
    return meanings


def _match_stems(
    forms: Sequence[tuple[str, str]], words: Sequence[str]
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (language, form, word, whether by stem) for the pairs that PostgreSQL equates."""
    by_config = {config: language for language, config in CONFIGURATIONS.items()}
    configs = [CONFIGURATIONS[language] for language, _ in forms]
    values = {
        "configs": sorted(set(configs)),
        "words": list(words),
        "form_configs": configs,
        "forms": [form for _, form in forms],
    }
    with connection.cursor() as cursor:
        cursor.execute(MATCHING, values)
        for config, form, word, stemmed in cursor.fetchall():
            yield by_config[config], form, word, stemmed


def _is_alike(form: str, wanted: Sequence[str]) -> bool:
    spelled = spelling(form) if wanted else None
    return spelled is not None and any(similarity(spelled, one) >= MIN_SIMILARITY for one in wanted)
