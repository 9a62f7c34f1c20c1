"""The Django app of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """App configuration; registers the reader of reports."""

    name = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the reader of reports with the engine."""
        # these modules need the app registry
        from jobs.ai import reports
        from reports.files.papers import read_report

        reports.register_reader(read_report)
