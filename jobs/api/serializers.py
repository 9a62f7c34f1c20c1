"""How jobs, their events, steps and types read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from jobs.models import Job, JobEvent, JobStep
from jobs.models.states import State


def eta_seconds(job: Job, now: datetime) -> int | None:
    """Estimate the seconds left of a running job, from its progress so far."""
    if job.state != State.RUNNING or job.started_at is None or job.progress <= 0:
        return None
    elapsed = (now - job.started_at).total_seconds()
    return round(elapsed * (100 - job.progress) / job.progress)


class FailureSerializer(serializers.Serializer[Any]):
    """Why a job failed, or why its last attempt did."""

    code = serializers.CharField()
    message = serializers.CharField()
    retryable = serializers.BooleanField()
    attempt = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[Any]):
    """What the model calls of a job used; empty before the first."""

    model = serializers.CharField(required=False)
    prompt_tokens = serializers.IntegerField(required=False)
    completion_tokens = serializers.IntegerField(required=False)
    cost_usd = serializers.FloatField(required=False, help_text="US dollars.")


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job as its owner sees it."""

    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    error = serializers.SerializerMethodField()
    eta_seconds = serializers.SerializerMethodField()
    input = serializers.DictField(help_text="As the job type's schema says.")
    labels = serializers.DictField(child=serializers.CharField())
    usage = UsageSerializer()
    depends_on = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields: tuple[str, ...] = (
            "id",
            "type",
            "state",
            "progress",
            "message",
            "eta_seconds",
            "attempt",
            "max_attempts",
            "priority",
            "input",
            "output",
            "error",
            "labels",
            "subject",
            "batch",
            "depends_on",
            "usage",
            "created_at",
            "run_at",
            "started_at",
            "finished_at",
            "expires_at",
            "owner",
            "organization",
            "links",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(FailureSerializer(allow_null=True))
    def get_error(self, job: Job) -> Any:
        """Why it failed."""
        return job.error

    def get_eta_seconds(self, job: Job) -> int | None:
        """Seconds left, estimated."""
        return eta_seconds(job, timezone.now())

    def get_depends_on(self, job: Job) -> list[UUID]:
        """Jobs that must complete first."""
        return [dependency.parent_id for dependency in job.dependencies.all()]

    def get_links(self, job: Job) -> dict[str, str]:
        """Where to go from here."""
        here = reverse("job-detail", args=[job.pk])
        parts = ("events", "steps", "stream", "cancel", "retry")
        return {"self": here, **{part: f"{here}/{part}" for part in parts}}


class JobEventSerializer(serializers.ModelSerializer[JobEvent]):
    """One entry of a job's log."""

    class Meta:
        model = JobEvent
        fields = ("number", "kind", "state", "attempt", "at", "actor", "data")
        read_only_fields = fields


class JobStepSerializer(serializers.ModelSerializer[JobStep]):
    """A durable step."""

    class Meta:
        model = JobStep
        fields = ("name", "attempt", "started_at", "finished_at")
        read_only_fields = fields


class RetriedSerializer(serializers.Serializer[Any]):
    """What a bulk retry came to."""

    retried = serializers.IntegerField(help_text="Jobs that were started again.")
    left = serializers.IntegerField(help_text="Jobs of the filter that were not.")


class JobTypeSerializer(serializers.Serializer[Any]):
    """A kind of job: what it takes, what it gives, how long it takes."""

    name = serializers.CharField()
    title = serializers.CharField(source="label")
    description = serializers.SerializerMethodField()
    queue = serializers.CharField()
    timeout_seconds = serializers.SerializerMethodField()
    poll_interval_seconds = serializers.SerializerMethodField()
    typical_seconds = serializers.SerializerMethodField()
    max_attempts = serializers.IntegerField(source="retry.max_attempts")
    limits = serializers.SerializerMethodField()
    input_schema = serializers.SerializerMethodField()
    output_schema = serializers.SerializerMethodField()

    def get_description(self, declared: Any) -> str:
        """Say what it does."""
        return (declared.handler.__doc__ or "").strip()

    def get_timeout_seconds(self, declared: Any) -> float:
        """Say how long it may run."""
        return float(declared.timeout.total_seconds())

    def get_poll_interval_seconds(self, declared: Any) -> float:
        """Say how long to wait between two looks."""
        return float(declared.poll_interval.total_seconds())

    def get_typical_seconds(self, declared: Any) -> list[float]:
        """How long it usually takes, from and to: as measured, or as declared until then."""
        measured: dict[str, list[float]] = self.context.get("typical", {})
        return measured.get(declared.name) or [
            bound.total_seconds() for bound in declared.typical_duration
        ]

    def get_limits(self, declared: Any) -> dict[str, int]:
        """Active jobs at once, by scope."""
        return {limit.scope: limit.size for limit in declared.limits}

    def get_input_schema(self, declared: Any) -> dict[str, Any]:
        """JSON Schema of its input."""
        schema: dict[str, Any] = declared.input.model_json_schema()
        return schema

    def get_output_schema(self, declared: Any) -> dict[str, Any]:
        """JSON Schema of its output."""
        schema: dict[str, Any] = declared.output.model_json_schema()
        return schema
