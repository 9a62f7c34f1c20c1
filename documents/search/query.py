"""Parses search queries: words, "a phrase", or, -not. Any input is a valid query."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from documents.indexing.languages import CONFIGURATIONS
from documents.indexing.spelling import spelling
from documents.indexing.tokens import tokens
from documents.languages import COMMON_WORDS

PIECE = re.compile(r"(?P<no>-?)(?:\"(?P<phrase>[^\"]*)\"?|(?P<word>[^\s\"]+))")
MAX_QUERY_WORDS = 32
"""Further words of a longer query are ignored."""
MAX_QUERY_SPELLINGS = 8
"""Words searched by spelling; each costs a lookup in the trigram index."""
TOO_COMMON = frozenset[str]().union(*(COMMON_WORDS[code] for code in CONFIGURATIONS if code))

Piece = tuple[str, ...]
"""Consecutive word forms as indexed: a single word, or the words of a phrase or of `2024-118`."""


@dataclass(frozen=True, kw_only=True)
class ParsedQuery:
    """A parsed query."""

    wanted: str
    """In the syntax of `websearch_to_tsquery`."""
    pieces: tuple[Piece, ...]
    """Distinct wanted pieces."""
    phrases: tuple[Piece, ...]
    """Quoted pieces, which every passage must contain."""
    unwanted: tuple[Piece, ...]
    """Pieces that no passage may contain."""
    spellings: tuple[str, ...]
    """Distinct spellings of the wanted words."""

    @property
    def words(self) -> list[str]:
        """Distinct forms of the wanted pieces."""
        return list(dict.fromkeys(form for piece in self.pieces for form in piece))


@dataclass(frozen=True, kw_only=True)
class _Term:
    """A word or phrase of the query."""

    forms: Piece
    refused: bool
    quoted: bool
    either: bool
    """Whether it follows an `or`."""


def parse_query(query: str) -> ParsedQuery:
    """Parse a query; `pieces` is empty if it has no wanted word."""
    found = list(_limit_words(_pieces(query)))
    wanted = [piece for piece in found if not piece.refused]
    either = any(piece.either for piece in wanted)
    pieces = tuple(dict.fromkeys(piece.forms for piece in wanted))
    return ParsedQuery(
        wanted=" ".join("or " * piece.either + quote_phrase(piece.forms) for piece in wanted),
        pieces=pieces,
        phrases=tuple(piece.forms for piece in wanted if piece.quoted and not either),
        unwanted=tuple(piece.forms for piece in found if piece.refused),
        spellings=tuple(_spellings(pieces))[:MAX_QUERY_SPELLINGS],
    )


def quote_phrase(piece: Piece) -> str:
    """Quote a piece for `websearch_to_tsquery`."""
    return f'"{" ".join(piece)}"'


def _pieces(query: str) -> Iterator[_Term]:
    either = begun = False
    for piece in PIECE.finditer(query):
        if not piece["no"] and (piece["word"] or "").lower() == "or":
            either = begun
            continue
        quoted = piece["word"] is None
        written = piece["phrase"] if quoted else piece["word"]
        if forms := tuple(form for token in tokens(written) for form in token.form.split()):
            refused = bool(piece["no"])
            yield _Term(forms=forms, refused=refused, quoted=quoted, either=either and not refused)
            begun = begun or not refused
            either = False


def _limit_words(pieces: Iterable[_Term]) -> Iterator[_Term]:
    """Yield pieces up to `MAX_QUERY_WORDS` words in total; the last one is cut."""
    left = MAX_QUERY_WORDS
    for piece in pieces:
        if left <= 0:
            return
        yield replace(piece, forms=piece.forms[:left])
        left -= len(piece.forms)


def _spellings(pieces: Iterable[Piece]) -> dict[str, None]:
    """Return the spellings of single words; phrases are matched exactly."""
    words = (piece[0] for piece in pieces if len(piece) == 1 and piece[0] not in TOO_COMMON)
    return dict.fromkeys(found for word in words if (found := spelling(word)))
