"""The distinct words of a tenant's documents, for finding similar spellings.

A page has about 150 different words and a tenant about 100,000. Comparing with these takes
milliseconds; comparing with the words of every page took seconds.
"""

import uuid
from collections.abc import Collection, Iterable
from itertools import islice

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction

from documents.indexing.spelling import MIN_SIMILARITY
from documents.models import Document, Passage, Spelling

MAX_SIMILAR_WORDS = 20
"""Words that one misspelled word is matched with."""
MAX_PAGE_WORDS = 20_000
"""A worksheet is one page and may be a list of customers."""
BATCH_WORDS = 1_000
LOCK = "SELECT pg_advisory_xact_lock{shared}(hashtextextended(%s, 0))"
FORGET = """
DELETE FROM documents_spelling AS known
WHERE organization_id = %(organization)s AND word = ANY(%(words)s) AND NOT EXISTS (
    SELECT 1 FROM documents_passage AS it
    WHERE it.organization_id = known.organization_id AND it.spellings @> ARRAY[known.word]
)
"""


def add_words(organization_id: uuid.UUID, words: Iterable[str]) -> None:
    """Add the words of a page, in the transaction that stores its passages.

    At most `MAX_PAGE_WORDS`: beyond that, the values of a page are hardly words.
    """
    _lock(organization_id, shared=True)
    some = islice(dict.fromkeys(words), MAX_PAGE_WORDS)
    rows = [  # always in the same order, so that transactions cannot deadlock
        Spelling(organization_id=organization_id, word=word) for word in sorted(some)
    ]
    Spelling.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH_WORDS)


def words_of(document: Document) -> set[str]:
    """Return the words of a document; call it before the document is removed."""
    lists = Passage.objects.filter(document=document).values_list("spellings", flat=True)
    return set[str]().union(*lists)


def remove_unused(organization_id: uuid.UUID, words: Collection[str]) -> None:
    """Remove those words that no passage has any more.

    Waits for transactions that are storing passages: their words would appear unused.
    """
    every = sorted(words)
    for start in range(0, len(every), BATCH_WORDS):
        with transaction.atomic(), connection.cursor() as cursor:
            _lock(organization_id, shared=False)
            some = every[start : start + BATCH_WORDS]
            cursor.execute(FORGET, {"organization": organization_id, "words": some})


def similar_words(organization_id: uuid.UUID, word: str) -> dict[str, float]:
    """Return similarly spelled words with their similarity, most similar first."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(MIN_SIMILARITY)]
            )
        found = (
            Spelling.objects.filter(organization_id=organization_id, word__trigram_similar=word)
            .annotate(similarity=TrigramSimilarity("word", word))
            .order_by("-similarity", "word")
        )
        return dict(found.values_list("word", "similarity")[:MAX_SIMILAR_WORDS])


def _lock(organization_id: uuid.UUID, *, shared: bool) -> None:
    with connection.cursor() as cursor:
        statement = LOCK.format(shared="_shared" if shared else "")
        cursor.execute(statement, [f"spellings of {organization_id}"])
