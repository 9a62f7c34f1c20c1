"""The words of a tenant's documents, each once, so that a misspelled one finds what it resembles.

A page has some 150 different words, a tenant some 100,000: to compare with these takes
milliseconds, to compare with those of every page took seconds.
"""

import uuid
from collections.abc import Collection, Iterable
from itertools import islice

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction

from documents.indexing.spelling import SIMILAR
from documents.models import Document, Passage, Spelling

MOST = 20
"""Words that one word is taken for, at most."""
MOST_OF_A_PAGE = 20_000
"""A spreadsheet's sheet is a page, and may be a list of customers."""
AT_ONCE = 1_000
LOCK = "SELECT pg_advisory_xact_lock{shared}(hashtextextended(%s, 0))"
FORGET = """
DELETE FROM documents_spelling AS known
WHERE organization_id = %(organization)s AND word = ANY(%(words)s) AND NOT EXISTS (
    SELECT 1 FROM documents_passage AS it
    WHERE it.organization_id = known.organization_id AND it.spellings @> ARRAY[known.word]
)
"""


def learn(organization_id: uuid.UUID, words: Iterable[str]) -> None:
    """Add the words of a page, of which the same transaction stores the passages.

    Of `MOST_OF_A_PAGE` at most: where a page has more, they are hardly words.
    """
    _lock(organization_id, shared=True)
    some = islice(dict.fromkeys(words), MOST_OF_A_PAGE)
    rows = [  # in one order everywhere, so that none waits in a ring
        Spelling(organization_id=organization_id, word=word) for word in sorted(some)
    ]
    Spelling.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


def words_of(document: Document) -> set[str]:
    """Give the words of a document, before it is removed."""
    lists = Passage.objects.filter(document=document).values_list("spellings", flat=True)
    return set[str]().union(*lists)


def forget(organization_id: uuid.UUID, words: Collection[str]) -> None:
    """Remove those of the words that no passage has any more.

    It waits for who is just storing passages: their words would seem to be in none.
    """
    every = sorted(words)
    for start in range(0, len(every), AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            _lock(organization_id, shared=False)
            some = every[start : start + AT_ONCE]
            cursor.execute(FORGET, {"organization": organization_id, "words": some})


def alike(organization_id: uuid.UUID, word: str) -> dict[str, float]:
    """Give the words that are spelled like one, the likest first, with their similarity to it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SIMILAR)]
            )
        found = (
            Spelling.objects.filter(organization_id=organization_id, word__trigram_similar=word)
            .annotate(similarity=TrigramSimilarity("word", word))
            .order_by("-similarity", "word")
        )
        return dict(found.values_list("word", "similarity")[:MOST])


def _lock(organization_id: uuid.UUID, *, shared: bool) -> None:
    with connection.cursor() as cursor:
        statement = LOCK.format(shared="_shared" if shared else "")
        cursor.execute(statement, [f"spellings of {organization_id}"])
