"""Models of the engine. Querysets only read; `jobs.lifecycle` writes the state of jobs."""

from jobs.models.batches import Batch
from jobs.models.counters import Counter, RollupCursor
from jobs.models.dependencies import Dependency
from jobs.models.dismissals import DismissedFailure
from jobs.models.history import JobEvent, JobStep
from jobs.models.idempotency import IdempotencyRecord
from jobs.models.jobs import Job
from jobs.models.pauses import Pause
from jobs.models.rates import RateWindow
from jobs.models.schedules import Schedule, ScheduleRun
from jobs.models.tenants import ApiKey, Identity, Membership, Organization
from jobs.models.webhooks import Delivery, DeliveryTry, Webhook

__all__ = [
    "ApiKey",
    "Batch",
    "Counter",
    "Delivery",
    "DeliveryTry",
    "Dependency",
    "DismissedFailure",
    "IdempotencyRecord",
    "Identity",
    "Job",
    "JobEvent",
    "JobStep",
    "Membership",
    "Organization",
    "Pause",
    "RateWindow",
    "RollupCursor",
    "Schedule",
    "ScheduleRun",
    "Webhook",
]
