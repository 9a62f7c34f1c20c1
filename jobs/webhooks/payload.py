"""From the row as it was at the event to the job, or batch, as the API shows it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from jobs.lifecycle.webhook_outbox import EventType
from jobs.models import Batch, Delivery, Job

Show = Callable[[Any], dict[str, Any]]
"""Describes a job, or a batch, as the API does."""


def render(delivery: Delivery) -> None:
    """Make the payload, once: each try sends the same, also when the job is long purged."""
    if delivery.snapshot is None:
        return
    model: Any = Batch if delivery.type == EventType.BATCH_COMPLETED else Job
    # PostgreSQL turns the JSON of a row into a row again, by the types of the table.
    [past] = model.objects.raw(
        f"""
        SELECT past.* FROM jobs_delivery, jsonb_populate_record(
            NULL::{model._meta.db_table}, jobs_delivery.snapshot
        ) AS past WHERE jobs_delivery.id = %s
        """,  # noqa: S608  # a table of ours
        [delivery.pk],
    )
    show: Show = import_string(settings.WEBHOOK_DATA[model._meta.model_name])
    delivery.payload, delivery.snapshot = show(past), None
    Delivery.objects.filter(pk=delivery.pk).update(payload=delivery.payload, snapshot=None)
