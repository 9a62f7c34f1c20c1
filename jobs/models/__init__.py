"""The tables of the engine. Querysets read; `jobs.lifecycle` writes the state of jobs."""

from jobs.models.counters import Counter, Tally
from jobs.models.idempotency import KeptAnswer
from jobs.models.jobs import Batch, Dependency, Job, JobEvent, JobStep
from jobs.models.pauses import Pause
from jobs.models.schedules import Firing, Schedule
from jobs.models.tenants import ApiKey, Identity, Membership, Organization
from jobs.models.webhooks import Delivery, DeliveryTry, Webhook

__all__ = [
    "ApiKey",
    "Batch",
    "Counter",
    "Delivery",
    "DeliveryTry",
    "Dependency",
    "Firing",
    "Identity",
    "Job",
    "JobEvent",
    "JobStep",
    "KeptAnswer",
    "Membership",
    "Organization",
    "Pause",
    "Schedule",
    "Tally",
    "Webhook",
]
