"""Searches the documents of a tenant."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Func, OuterRef, Subquery, TextField

from documents.models import Document, DocumentText, Passage
from documents.reader import PAGED_TYPES
from documents.search.evidence import (
    EvidenceHit,
    FoundEvidence,
    Highlight,
    PageMethod,
    UnreadDocument,
)
from documents.search.highlighting import highlight
from documents.search.query import TOO_COMMON, ParsedQuery
from documents.search.retrieval import Match, find_passages
from documents.search.scope import SearchScope
from documents.search.snippets import Snippet, snippet

MAX_LISTED_UNREAD = 100
"""Unread documents that are listed; all of them are counted."""
NOT_YET = "Not read yet: a search reads a limited number of documents. Search again to continue."
ONLY_COMMON_WORDS = "The query has only very common words, which are ignored."


@dataclass(frozen=True, kw_only=True)
class PassageText:
    """A passage with its text."""

    passage: Passage
    text: str
    method: PageMethod


def search(
    query: str,
    parsed: ParsedQuery,
    scope: SearchScope,
    limit: int,
    faults: Mapping[uuid.UUID, UnreadDocument],
) -> FoundEvidence:
    """Search the documents of a scope; `faults` holds the errors of those that were not read."""
    items = _items(find_passages(parsed, scope, limit), parsed)
    unread = scope.unread().only("pk", "name", "fault")
    listed = list(unread[:MAX_LISTED_UNREAD])
    return FoundEvidence(
        query=query,
        items=items,
        documents=scope.all_documents().count(),
        pages=scope.passages().filter(part=0).count(),
        unread=[faults.get(one.pk) or _unread_item(one) for one in listed],
        unread_documents=len(listed) if len(listed) < MAX_LISTED_UNREAD else unread.count(),
        missing=[] if items or not TOO_COMMON.issuperset(parsed.words) else [ONLY_COMMON_WORDS],
    )


def _unread_item(document: Document) -> UnreadDocument:
    fault = document.fault or {"code": "not_read_yet", "message": NOT_YET}
    return UnreadDocument(document=document.pk, name=document.name, **fault)


def _items(matches: Sequence[Match], parsed: ParsedQuery) -> list[EvidenceHit]:
    """Return the items of the matches; passages deleted in the meantime are left out."""
    shown = _load_passages([match.passage for match in matches])
    marked = highlight({pk: (one.passage.language, one.text) for pk, one in shown.items()}, parsed)
    cuts = {pk: snippet(one.text, marked[pk]) for pk, one in shown.items()}
    return [
        _item(match, shown[match.passage], cuts[match.passage])
        for match in matches
        if match.passage in shown
    ]


def _item(match: Match, shown: PassageText, cut: Snippet) -> EvidenceHit:
    passage = shown.passage
    document = passage.document
    return EvidenceHit(
        source="document",
        score=match.score,
        name=document.name,
        snippet=cut.text,
        highlights=[Highlight(start=start, end=end) for start, end in cut.highlights],
        found_by=list(match.by),
        document=document.pk,
        page=passage.number if document.media_type in PAGED_TYPES else None,
        offset=passage.start + cut.start,
        method=shown.method,
        language=passage.language or None,
        created_at=document.created_at,
    )


def _load_passages(keys: Sequence[int]) -> dict[int, PassageText]:
    """Load passages with their text, which is stored with the page."""
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
    return {one.pk: PassageText(passage=one, text=one.text, method=one.method) for one in found}
