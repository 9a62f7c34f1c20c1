"""The documents' share of the evidence."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Func, OuterRef, Subquery, TextField

from documents.models import Document, DocumentText, Passage
from documents.reader import PAGED
from documents.search.evidence import Evidence, Found, Highlight, Method, Unread
from documents.search.highlighting import mark
from documents.search.query import TOO_COMMON, Asked
from documents.search.retrieval import Match, find
from documents.search.scope import Scope
from documents.search.snippets import Snippet, snippet

LISTED = 100
"""Unread documents that are named; all of them are counted."""
NOT_YET = (
    "Not read yet: a search reads a limited number of documents. Search again, and it goes on."
)
COMMON = "The query has only very common words, which are not looked for."


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A passage with its text."""

    passage: Passage
    text: str
    method: Method


def search(
    query: str, asked: Asked, scope: Scope, limit: int, faults: Mapping[uuid.UUID, Unread]
) -> Found:
    """Search the documents of a scope; `faults` says why some of them could not be read."""
    items = _items(find(asked, scope, limit), asked)
    unread = scope.unread().only("pk", "name", "fault")
    listed = list(unread[:LISTED])
    return Found(
        query=query,
        items=items,
        documents=scope.all_documents().count(),
        pages=scope.passages().filter(part=0).count(),
        unread=[faults.get(one.pk) or _known(one) for one in listed],
        unread_documents=len(listed) if len(listed) < LISTED else unread.count(),
        missing=[] if items or not TOO_COMMON.issuperset(asked.words) else [COMMON],
    )


def _known(document: Document) -> Unread:
    fault = document.fault or {"code": "not_read_yet", "message": NOT_YET}
    return Unread(document=document.pk, name=document.name, **fault)


def _items(matches: Sequence[Match], asked: Asked) -> list[Evidence]:
    """Show what was found; what was removed meanwhile is left out."""
    shown = _shown([match.passage for match in matches])
    marked = mark({pk: (one.passage.language, one.text) for pk, one in shown.items()}, asked)
    cuts = {pk: snippet(one.text, marked[pk]) for pk, one in shown.items()}
    return [
        _item(match, shown[match.passage], cuts[match.passage])
        for match in matches
        if match.passage in shown
    ]


def _item(match: Match, shown: Shown, cut: Snippet) -> Evidence:
    passage = shown.passage
    document = passage.document
    return Evidence(
        source="document",
        score=match.score,
        name=document.name,
        snippet=cut.text,
        highlights=[Highlight(start=start, end=end) for start, end in cut.highlights],
        found_by=list(match.by),
        document=document.pk,
        page=passage.number if document.media_type in PAGED else None,
        offset=passage.start + cut.start,
        method=shown.method,
        language=passage.language or None,
        created_at=document.created_at,
    )


def _shown(keys: Sequence[int]) -> dict[int, Shown]:
    """Read passages with their text, which is kept with the page."""
    page = DocumentText.objects.filter(document=OuterRef("document"), number=OuterRef("number"))
    stretch = Func(
        F("text"),
        OuterRef("start") + 1,
        OuterRef("length"),
        function="substr",
        output_field=TextField(),
    )
    found = (
        Passage.objects.filter(pk__in=keys)
        .select_related("document")
        .defer("words", "spellings")
        .annotate(
            text=Subquery(page.values(stretch=stretch)), method=Subquery(page.values("method"))
        )
    )
    return {one.pk: Shown(passage=one, text=one.text, method=one.method) for one in found}
