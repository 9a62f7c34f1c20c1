"""The Django app of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """App configuration."""

    name = "documents"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the store of documents with the engine."""
        # these modules need the app registry
        from documents import reader
        from jobs.ai import sources

        sources.register_store(reader)
