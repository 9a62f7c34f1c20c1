"""Admin pages of documents, read-only."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from documents.models import Document
from jobs.admin.read_only import ReadOnly

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Document]
else:
    Base = admin.ModelAdmin  # not generic at run time


@admin.register(Document)
class DocumentAdmin(ReadOnly, Base):
    """Lists the stored documents, their owners, and how many of their pages have been read.

    Owners add and remove documents (and their files) over the API.
    """

    list_display = (
        "name",
        "media_type",
        "readable_size",
        "pages",
        "organization",
        "owner",
        "created_at",
    )
    list_filter = ("media_type", "organization")
    list_select_related = ("organization", "owner")
    search_fields = ("=id", "name", "=digest")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fields = (
        "id",
        "name",
        "media_type",
        "readable_size",
        "digest",
        "pages",
        "pages_read",
        "fault",
        "organization",
        "owner",
        "job",
        "created_at",
    )
    readonly_fields = fields

    @admin.display(description="size", ordering="size")
    def readable_size(self, document: Document) -> str:
        return filesizeformat(document.size)

    @admin.display(description="pages read")
    def pages_read(self, document: Document) -> str:
        """Count the pages with stored text, by method."""
        methods = [str(page.get_method_display()) for page in document.texts.defer("text")]
        counted = (f"{methods.count(method)} {method}" for method in sorted(set(methods)))
        return ", ".join(counted) or "none yet"
