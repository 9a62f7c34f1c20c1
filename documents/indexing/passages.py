"""Splits pages into passages and stores them for search."""

from collections.abc import Iterator

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Exists, OuterRef, Value

from documents.indexing import languages, vocabulary
from documents.indexing.spelling import spelling
from documents.indexing.tokens import tokens
from documents.models import Document, Passage

MAX_PASSAGE_CHARACTERS = 4_000
"""A printed page has 3,000. Far below the limit of PostgreSQL's tsvector (1 MB), and short enough
for ranking to consider all of it."""
INSERT_BATCH_PASSAGES = 100
"""Passages per INSERT statement."""


def store_page(document: Document, number: int, text: str) -> None:
    """Store the passages of a page, at least one; existing ones stay.

    Call it in a transaction, so that no passage has words that the vocabulary lacks.
    """
    page = Passage(
        organization_id=document.organization_id,
        document=document,
        number=number,
        language=languages.detect(text),
    )
    rows = [
        _passage(page, part, start, text[start:end])
        for part, (start, end) in enumerate(spans(text))
    ]
    vocabulary.add_words(document.organization_id, (word for row in rows for word in row.spellings))
    Passage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=INSERT_BATCH_PASSAGES)


def index_missing(document: Document) -> None:
    """Store the passages of pages that were read before the index existed."""
    of_page = Passage.objects.filter(document=document, number=OuterRef("number"))
    for page in document.texts.filter(~Exists(of_page)):
        with transaction.atomic():
            store_page(document, page.number, page.text)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Split a text into spans of `MAX_PASSAGE_CHARACTERS` at most, after a line or a word."""
    start = 0
    while len(text) - start > MAX_PASSAGE_CHARACTERS:
        end = _find_break(text, start)
        yield start, end
        start = end
    yield start, len(text)


def _find_break(text: str, start: int) -> int:
    for sign in ("\n", " "):
        place = text.rfind(
            sign, start + MAX_PASSAGE_CHARACTERS // 2, start + MAX_PASSAGE_CHARACTERS
        )
        if place >= 0:
            return place + 1
    return start + MAX_PASSAGE_CHARACTERS


def _passage(page: Passage, part: int, start: int, text: str) -> Passage:
    """Create a passage of the page given by `page`."""
    forms = [token.form for token in tokens(text)]
    spelled = {found for form in set(forms) if (found := spelling(form))}
    configuration = languages.CONFIGURATIONS[page.language]
    return Passage(
        organization_id=page.organization_id,
        document_id=page.document_id,
        number=page.number,
        language=page.language,
        part=part,
        start=start,
        length=len(text),
        words=SearchVector(Value(" ".join(forms)), config=configuration),
        spellings=sorted(spelled),
    )
