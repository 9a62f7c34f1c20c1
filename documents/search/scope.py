"""Which of a tenant's documents a search is about."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from documents.models import Document, Passage


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The documents of a tenant, narrowed down by what is given."""

    organization_id: uuid.UUID
    documents: Sequence[uuid.UUID] | None = None
    media_types: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    """Of passages, ISO 639-1."""
    created_after: datetime | None = None
    created_before: datetime | None = None
    name: str | None = None
    """A part of the file name, in any case of letters."""

    def all_documents(self) -> QuerySet[Document]:
        """Give the documents, newest first, of any language: before it is read, it is not known."""
        return Document.objects.of(self.organization_id).filter(**self._narrowed())

    def unread(self) -> QuerySet[Document]:
        """Give the documents of which a page is not in the index yet."""
        first = Passage.objects.filter(document=OuterRef("pk"), part=0).order_by()
        indexed = first.values("document").annotate(n=Count("pk")).values("n")
        some = Coalesce(Subquery(indexed), 0)  # a look into the index for each document
        return self.all_documents().filter(Q(pages=None) | Q(pages__gt=some))

    def passages(self) -> QuerySet[Passage]:
        """Give the passages to look in."""
        narrowed = self._narrowed()
        if "pk__in" in narrowed:
            narrowed["in"] = narrowed.pop("pk__in")
        found = Passage.objects.filter(organization_id=self.organization_id).order_by()
        found = found.filter(**{f"document__{name}": value for name, value in narrowed.items()})
        return found if self.languages is None else found.filter(language__in=self.languages)

    def _narrowed(self) -> dict[str, object]:
        given = {
            "pk__in": self.documents,
            "media_type__in": self.media_types,
            "created_at__gt": self.created_after,
            "created_at__lt": self.created_before,
            "name__icontains": self.name,
        }
        return {name: value for name, value in given.items() if value is not None}
