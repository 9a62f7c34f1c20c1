"""Pages cut into passages, and stored for the search."""

from collections.abc import Iterator

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Exists, OuterRef, Value

from documents.indexing import languages, vocabulary
from documents.indexing.spelling import spelling
from documents.indexing.tokens import tokens
from documents.models import Document, Passage

SIZE = 4_000
"""Characters of a passage: a printed page has 3,000. Far below what PostgreSQL's tsvector holds
(1 MB), and short enough that ranking looks at all of it."""
AT_ONCE = 100
"""Passages stored by one statement."""


def store(document: Document, number: int, text: str) -> None:
    """Store the passages of a page, at least one; those that are there already stay.

    Within a transaction: there are no passages whose words the vocabulary lacks.
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
    vocabulary.learn(document.organization_id, (word for row in rows for word in row.spellings))
    Passage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


def complete(document: Document) -> None:
    """Store passages for those pages of a document that were read before there were any."""
    of_page = Passage.objects.filter(document=document, number=OuterRef("number"))
    for page in document.texts.filter(~Exists(of_page)):
        with transaction.atomic():
            store(document, page.number, page.text)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text into pieces of `SIZE` characters at most: after a line, else between words."""
    start = 0
    while len(text) - start > SIZE:
        end = _cut(text, start)
        yield start, end
        start = end
    yield start, len(text)


def _cut(text: str, start: int) -> int:
    for sign in ("\n", " "):
        place = text.rfind(sign, start + SIZE // 2, start + SIZE)
        if place >= 0:
            return place + 1
    return start + SIZE


def _passage(page: Passage, part: int, start: int, text: str) -> Passage:
    """Make a passage of the page that `page` names."""
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
