"""Models of jobs and dependencies."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.models.batches import Batch
from jobs.models.ids import uuid7
from jobs.models.search import document
from jobs.models.states import ACTIVE, TERMINAL, State
from jobs.models.tenants import Organization


def _values(states: Iterable[State]) -> list[str]:
    # sorted plain strings, because migrations must not import the enum
    return sorted(state.value for state in states)


ENDED = Q(state__in=_values(TERMINAL))
READY = Q(blocked_by="", state=State.PENDING.value)
"""In line: the condition of the indexes that decide the order."""


class JobQuerySet(models.QuerySet["Job"]):
    """Queries of jobs."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Jobs of one tenant. Start every query on behalf of a tenant here."""
        return self.filter(organization=organization)

    def active(self) -> Self:
        """Jobs that have not ended."""
        return self.filter(state__in=ACTIVE)

    def parts_of(self, job: "Job") -> Self:
        """Parts of a split job, in order."""
        return self.filter(parent=job).order_by("part_number")

    def without_parts(self) -> Self:
        """Filter out the parts of split jobs."""
        return self.filter(parent=None)


class Job(models.Model):
    """A job. Only `jobs.lifecycle` changes its state; see docs/lifecycle.md."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="jobs", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs", db_index=False
    )
    type = models.CharField(max_length=100)
    queue = models.CharField(max_length=100)
    priority = models.SmallIntegerField(help_text="0-9, higher runs first.")

    state = models.CharField(max_length=12)
    progress = models.SmallIntegerField(default=0, help_text="Percent.")
    message = models.TextField(blank=True, default="", help_text="Current activity.")

    input: Any = models.JSONField()
    output: Any = models.JSONField(null=True)
    error: Any = models.JSONField(null=True, help_text="{code, message, retryable, attempt}")
    traceback = models.TextField(blank=True, default="", help_text="For operators only.")
    usage = models.JSONField(default=dict, blank=True, help_text="Tokens and cost of model calls.")
    labels = models.JSONField(default=dict, blank=True)
    subject = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="Subject that limits can count by, for example the ID of a decision.",
    )

    webhook_url = models.CharField(
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        help_text="Receives the events of this job.",
    )
    unique_key = models.CharField(
        max_length=200, null=True, help_text="Key by which a unique submission finds it."
    )
    debounce_key = models.CharField(
        max_length=200, null=True, help_text="Key by which a debounced submission finds it."
    )

    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="parts",
        db_index=False,
        help_text="The split job that this job is a part of.",
    )
    part_number = models.IntegerField(null=True, help_text="Number of this part, from 1.")
    depends_on: Any = models.ManyToManyField(
        "self", through="Dependency", symmetrical=False, related_name="dependants"
    )
    has_dependants = models.BooleanField(default=False, help_text="Another job depends on it.")
    runs_after_failure = models.BooleanField(
        default=False, help_text="Run even if a job that it depends on fails."
    )

    attempt = models.IntegerField(default=0, help_text="Incremented by each claim; the fence.")
    max_attempts = models.SmallIntegerField(help_text="Maximum number of counted attempts.")
    uncounted_attempts = models.IntegerField(default=0, help_text="Attempts that do not count.")
    crashes = models.SmallIntegerField(default=0, help_text="Attempts whose worker was lost.")
    worker = models.CharField(max_length=200, blank=True, default="")

    timeout = models.DurationField(help_text="Maximum time in `running`.")
    grace = models.DurationField(help_text="Time to clean up after a time-out or cancellation.")
    pending_timeout = models.DurationField(help_text="Maximum time in `pending`.")
    keep_completed = models.DurationField(help_text="Retention after completion.")
    keep_failed = models.DurationField(help_text="Retention after failure or cancellation.")

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    run_at = models.DateTimeField(db_default=Now(), help_text="Earliest start.")
    start_tag = models.FloatField(
        default=0.0,
        db_default=0.0,
        editable=False,
        help_text="Place in line: the start tag of start-time fair queueing.",
    )
    blocked_by = models.TextField(
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The full limit or the pause that keeps it out of the line.",
    )
    limit_keys = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="The limits at run time that it counts against.",
    )
    published_at = models.DateTimeField(null=True, help_text="When its last message was published.")
    pending_until = models.DateTimeField(
        null=True, help_text="Expires if no worker starts it by this time."
    )
    started_at = models.DateTimeField(null=True)
    running_until = models.DateTimeField(null=True, help_text="Hard time limit of this attempt.")
    lease_expires_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="Purged after this time.")
    log_number = models.IntegerField(default=0, help_text="Number of its newest event log entry.")
    is_found = False
    """After a submission: this job existed, and was returned instead of a new one."""
    new_dependencies: tuple[uuid.UUID, ...] | None = None
    """After the submission of this job: the jobs that it depends on."""

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_values(State)), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(priority__gte=0, priority__lte=9), name="job_priority_range"
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=100), name="job_progress_range"
            ),
            models.UniqueConstraint(
                fields=["parent", "part_number"],
                name="one_part_each",
                condition=Q(parent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="job_of_tenant"),
            models.Index(fields=["owner"], name="job_owner"),
            models.Index(fields=["batch"], name="job_of_batch", condition=Q(batch__isnull=False)),
            models.Index(
                fields=["organization", "type"],
                name="job_active",
                condition=Q(state__in=_values(ACTIVE)),
            ),
            models.Index(
                fields=["parent"],
                name="job_active_parts",
                condition=Q(parent__isnull=False, state__in=_values(ACTIVE)),
            ),
            models.Index(
                fields=["created_at"], name="job_waiting", condition=Q(state=State.WAITING.value)
            ),
            models.Index(
                "queue", F("priority").desc(), "start_tag", "id", name="job_line", condition=READY
            ),
            models.Index(
                fields=["organization", "queue", "priority", "start_tag"],
                name="job_line_of_tenant",
                condition=READY,
            ),
            models.Index(
                "blocked_by",
                F("priority").desc(),
                "start_tag",
                "id",
                name="job_blocked",
                condition=Q(state=State.PENDING.value) & ~Q(blocked_by=""),
            ),
            models.Index(
                fields=["organization", "blocked_by", "priority", "start_tag"],
                name="job_blocked_of_tenant",
                condition=Q(state=State.PENDING.value) & ~Q(blocked_by=""),
            ),
            models.Index(
                fields=["queue"],
                name="job_published",
                condition=Q(published_at__isnull=False, state=State.PENDING.value),
            ),
            models.Index(
                fields=["run_at"], name="job_scheduled", condition=Q(state=State.SCHEDULED.value)
            ),
            # Not on the lease, so that its renewal is a heap-only update; few jobs run at once.
            models.Index(
                fields=["queue"], name="job_running", condition=Q(state=State.RUNNING.value)
            ),
            models.Index(
                fields=["organization", "-finished_at"],
                name="job_failed",
                condition=Q(state=State.FAILED.value),
            ),
            models.Index(fields=["expires_at"], name="job_kept", condition=ENDED),
            models.Index(
                fields=["organization", "subject", "-created_at"],
                name="job_of_subject",
                condition=~Q(subject=""),
            ),
            models.Index(
                fields=["organization", "type", "unique_key", "state", "created_at"],
                name="job_unique",
                condition=Q(unique_key__isnull=False),
            ),
            models.Index(
                fields=["organization", "type", "debounce_key"],
                name="job_debounced",
                condition=Q(debounce_key__isnull=False, state__in=["pending", "scheduled"]),
            ),
            # Of ended jobs only: see `jobs.api.filters`.
            GinIndex(
                fields=["labels"],
                name="job_ended_labels",
                opclasses=["jsonb_path_ops"],
                condition=ENDED,
            ),
            GinIndex(document(), name="job_ended_words", condition=ENDED),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def is_terminal(self) -> bool:
        return self.state in TERMINAL

    @property
    def counted_attempt(self) -> int:
        """Number of this attempt, without the uncounted ones."""
        return self.attempt - self.uncounted_attempts

    @property
    def duration(self) -> timedelta | None:
        """Duration of the last attempt; `None` before the job has ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at
