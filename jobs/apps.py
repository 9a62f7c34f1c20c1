"""Django app configuration of the engine."""

from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Imports the job types of every installed app."""

    name = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the job types of each app and the system checks, and watch connections."""
        # these modules need the app registry
        from jobs.api import webhook_payloads
        from jobs.models import Batch, Job
        from jobs.models.outages import watch_connection
        from jobs.webhooks import payload

        connection_created.connect(watch_connection)
        autodiscover_modules("job_types")
        import_module("jobs.checks")
        payload.register_builder(Job, webhook_payloads.job_data)
        payload.register_builder(Batch, webhook_payloads.batch_data)
