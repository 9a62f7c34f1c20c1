"""The documents that a search covers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from documents.models import Document, Passage


@dataclass(frozen=True, kw_only=True)
class SearchScope:
    """Documents of a tenant, filtered."""

    organization_id: uuid.UUID
    documents: Sequence[uuid.UUID] | None = None
    media_types: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    """Languages of passages, ISO 639-1."""
    created_after: datetime | None = None
    created_before: datetime | None = None
    name: str | None = None
    """Part of the file name, case-insensitive."""

    def all_documents(self) -> QuerySet[Document]:
        """Return the documents, newest first.

        Of any language, since the language is unknown until a document is read.
        """
        return Document.objects.of(self.organization_id).filter(**self._filters())

    def unread(self) -> QuerySet[Document]:
        """Return the documents with a page that is not in the index yet."""
        first = Passage.objects.filter(document=OuterRef("pk"), part=0).order_by()
        indexed = first.values("document").annotate(n=Count("pk")).values("n")
        some = Coalesce(Subquery(indexed), 0)  # one index lookup per document
        return self.all_documents().filter(Q(pages=None) | Q(pages__gt=some))

    def passages(self) -> QuerySet[Passage]:
        """Return the passages to search."""
        narrowed = self._filters()
        if "pk__in" in narrowed:
            narrowed["in"] = narrowed.pop("pk__in")
        found = Passage.objects.filter(organization_id=self.organization_id).order_by()
        found = found.filter(**{f"document__{name}": value for name, value in narrowed.items()})
        return found if self.languages is None else found.filter(language__in=self.languages)

    def _filters(self) -> dict[str, object]:
        given = {
            "pk__in": self.documents,
            "media_type__in": self.media_types,
            "created_at__gt": self.created_after,
            "created_at__lt": self.created_before,
            "name__icontains": self.name,
        }
        return {name: value for name, value in given.items() if value is not None}
