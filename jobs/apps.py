"""The engine as a Django app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Finds the job types of every installed app."""

    name = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import each app's `job_types`: what they declare is what there is."""
        autodiscover_modules("job_types")
        import_module("jobs.checks")  # registers them
