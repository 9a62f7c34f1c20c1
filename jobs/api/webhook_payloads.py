"""What webhooks are told of jobs and batches: the same as the API shows."""

import json
from typing import Any

from django.db.models import Count
from rest_framework.renderers import JSONRenderer

from jobs.api.serializers import JobSerializer
from jobs.models import Batch, Job


def job_data(job: Job) -> dict[str, Any]:
    """Describe a job."""
    return _plain(JobSerializer(job).data)


def batch_data(batch: Batch) -> dict[str, Any]:
    """Describe a batch."""
    counted = batch.jobs.order_by().values_list("state").annotate(Count("pk"))
    return _plain(
        {
            "id": batch.pk,
            "total": batch.total,
            "states": dict(counted),
            "created_at": batch.created_at,
            "finished_at": batch.finished_at,
            "owner": batch.owner.get_username(),
            "organization": batch.organization.slug,
        }
    )


def _plain(data: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(JSONRenderer().render(data))
    return plain
