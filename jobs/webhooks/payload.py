"""Payloads: the job or batch as it was at the event, in the same form as in the API."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from jobs.lifecycle.webhook_outbox import EventType
from jobs.models import Batch, Delivery, Job

PayloadBuilder = Callable[[Any], dict[str, Any]]
"""Serializes a job or a batch as the API does."""
_builders: dict[type[Job] | type[Batch], PayloadBuilder] = {}


def register_builder(model: type[Job] | type[Batch], builder: PayloadBuilder) -> None:
    """Make `builder` serialize the rows of a model. The last call for a model wins."""
    _builders[model] = builder


def render(delivery: Delivery) -> None:
    """Render the payload once, so that each try sends the same, even after the job is purged."""
    if delivery.snapshot is None:
        return
    model: Any = Batch if delivery.type == EventType.BATCH_COMPLETED else Job
    # PostgreSQL converts the JSON snapshot back to a row with the column types of the table.
    [row] = model.objects.raw(
        f"""
        SELECT past.* FROM jobs_delivery, jsonb_populate_record(
            NULL::{model._meta.db_table}, jobs_delivery.snapshot
        ) AS past WHERE jobs_delivery.id = %s
        """,  # noqa: S608  # the table name comes from the model
        [delivery.pk],
    )
    if model not in _builders:
        raise ImproperlyConfigured(
            f"No webhook payload builder is registered for {model.__name__}. Call "
            "`jobs.webhooks.payload.register_builder` in `AppConfig.ready`."
        )
    delivery.payload, delivery.snapshot = _builders[model](row), None
    Delivery.objects.filter(pk=delivery.pk).update(payload=delivery.payload, snapshot=None)
