"""Where a passage has what was asked for, in the text as it was written.

Not by ts_headline: it marks with text inside the text, which a document could forge, and knows
neither pairs of signs nor spellings. PostgreSQL says which forms match; places are our own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from documents.indexing.languages import CONFIGURATIONS
from documents.indexing.spelling import SIMILAR, similarity, spelling
from documents.indexing.tokens import Token, tokens
from documents.search.query import Asked, Piece

# The vectors are made once a form; joined first, they would be made once a form and word. A word
# that is too common for its language has no vector: it matches as it is written.
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
class Mark:
    """A word that matches."""

    start: int
    end: int
    form: str


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A text's words, and those of them that match; both in order."""

    tokens: Sequence[Token]
    marks: Sequence[Mark]


@dataclass
class _Meaning:
    """What a form of a language stands for."""

    words: set[str]
    """Words of the query that it is, in whatever inflection."""
    alone: bool
    """Whether it is a match by itself, and not only within a phrase."""


Meanings = Mapping[tuple[str, str], _Meaning]
"""By language and form."""


def mark(passages: Mapping[int, tuple[str, str]], asked: Asked) -> dict[int, Marked]:
    """Find the matching words of passages, given by key as (language, text)."""
    parted = {key: list(tokens(text)) for key, (_, text) in passages.items()}
    languages = {key: language for key, (language, _) in passages.items()}
    forms = {(languages[key], token.form) for key, found in parted.items() for token in found}
    meanings = _meanings(sorted(forms), asked)
    return {
        key: Marked(tokens=found, marks=_marks(found, languages[key], meanings, asked))
        for key, found in parted.items()
    }


def _marks(found: Sequence[Token], language: str, meanings: Meanings, asked: Asked) -> list[Mark]:
    """Mark words that match alone, and the words of a phrase where they stand in a row."""
    meant = [meanings.get((language, token.form)) for token in found]
    places = {place for place, one in enumerate(meant) if one is not None and one.alone}
    for piece in asked.pieces:
        if len(piece) > 1:
            places.update(_runs(piece, meant))
    return [
        Mark(start=token.start, end=token.end, form=token.form)
        for place, token in enumerate(found)
        if place in places
    ]


def _runs(piece: Piece, meant: Sequence[_Meaning | None]) -> Iterator[int]:
    for begin in range(len(meant) - len(piece) + 1):
        row = meant[begin : begin + len(piece)]
        if all(one is not None and word in one.words for one, word in zip(row, piece, strict=True)):
            yield from range(begin, begin + len(piece))


def _meanings(forms: Sequence[tuple[str, str]], asked: Asked) -> Meanings:
    single = {piece[0] for piece in asked.pieces if len(piece) == 1}
    meanings: dict[tuple[str, str], _Meaning] = {}
    for language, form, word, stemmed in _stemmed(forms, asked.words):
        one = meanings.setdefault((language, form), _Meaning(words=set(), alone=False))
        one.words.add(word)
        one.alone |= stemmed and word in single
    for key in forms:
        if _is_alike(key[1], asked.spellings):
            meanings.setdefault(key, _Meaning(words=set(), alone=True)).alone = True
    return meanings


def _stemmed(
    forms: Sequence[tuple[str, str]], words: Sequence[str]
) -> Iterator[tuple[str, str, str, bool]]:
    """Give (language, form, word, whether by its stem) for what PostgreSQL takes for the same."""
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
    return spelled is not None and any(similarity(spelled, one) >= SIMILAR for one in wanted)
