"""What people type into a search, read: words, "a phrase", or, -not. Nothing typed is an error."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from documents.indexing.languages import CONFIGURATIONS
from documents.indexing.spelling import spelling
from documents.indexing.tokens import tokens
from documents.languages import COMMON

PIECE = re.compile(r"(?P<no>-?)(?:\"(?P<phrase>[^\"]*)\"?|(?P<word>[^\s\"]+))")
MOST_WORDS = 32
"""Words that are looked for; a longer query is a text, and its further words are left out."""
MOST_SPELLINGS = 8
"""Words whose spelling may differ; each costs a look into the index of trigrams."""
TOO_COMMON = frozenset[str]().union(*(COMMON[code] for code in CONFIGURATIONS if code))

Piece = tuple[str, ...]
"""Forms in a row, as the index has them: one, or those of a phrase or of `2024-118`."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query as it is looked for."""

    wanted: str
    """In the syntax of `websearch_to_tsquery`."""
    pieces: tuple[Piece, ...]
    """What is wanted, each once."""
    phrases: tuple[Piece, ...]
    """Those of them that no passage may lack, since they were put in quotes."""
    unwanted: tuple[Piece, ...]
    """What a passage must not have."""
    spellings: tuple[str, ...]
    """Of the wanted words, each once."""

    @property
    def words(self) -> list[str]:
        """The forms that are wanted, each once."""
        return list(dict.fromkeys(form for piece in self.pieces for form in piece))


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A word or phrase as it stands in the query."""

    forms: Piece
    refused: bool
    quoted: bool
    either: bool
    """Whether it follows an `or`."""


def parse_query(query: str) -> Asked:
    """Read what was typed; `pieces` is empty where it has no word that is wanted."""
    found = list(_first(_pieces(query)))
    wanted = [piece for piece in found if not piece.refused]
    either = any(piece.either for piece in wanted)
    pieces = tuple(dict.fromkeys(piece.forms for piece in wanted))
    return Asked(
        wanted=" ".join("or " * piece.either + phrase(piece.forms) for piece in wanted),
        pieces=pieces,
        phrases=tuple(piece.forms for piece in wanted if piece.quoted and not either),
        unwanted=tuple(piece.forms for piece in found if piece.refused),
        spellings=tuple(_spellings(pieces))[:MOST_SPELLINGS],
    )


def phrase(piece: Piece) -> str:
    """Quote it for `websearch_to_tsquery`."""
    return f'"{" ".join(piece)}"'


def _pieces(query: str) -> Iterator[_Read]:
    either = begun = False
    for piece in PIECE.finditer(query):
        if not piece["no"] and (piece["word"] or "").lower() == "or":
            either = begun
            continue
        quoted = piece["word"] is None
        written = piece["phrase"] if quoted else piece["word"]
        if forms := tuple(form for token in tokens(written) for form in token.form.split()):
            refused = bool(piece["no"])
            yield _Read(forms=forms, refused=refused, quoted=quoted, either=either and not refused)
            begun = begun or not refused
            either = False


def _first(pieces: Iterable[_Read]) -> Iterator[_Read]:
    """Give as many pieces as have `MOST_WORDS` together; a longer one is cut."""
    left = MOST_WORDS
    for piece in pieces:
        if left <= 0:
            return
        yield replace(piece, forms=piece.forms[:left])
        left -= len(piece.forms)


def _spellings(pieces: Iterable[Piece]) -> dict[str, None]:
    """Give the spellings of single words: what is a phrase is meant to the letter."""
    words = (piece[0] for piece in pieces if len(piece) == 1 and piece[0] not in TOO_COMMON)
    return dict.fromkeys(found for word in words if (found := spelling(word)))
