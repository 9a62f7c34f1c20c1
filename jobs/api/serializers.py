"""Serializers of jobs, log entries, steps and job types."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from jobs.models import Job, JobEvent, JobStep
from jobs.models.clock import database_clock
from jobs.models.states import State


def eta_seconds(job: Job, now: datetime) -> int | None:
    """Estimate the remaining seconds of a running job from its progress; `None` if unknown."""
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
    """The total usage of a job's model calls; empty before the first call."""

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
    input = serializers.DictField(help_text="The input, as the job type's schema defines it.")
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
        return job.error

    def get_eta_seconds(self, job: Job) -> int | None:
        return eta_seconds(job, database_clock.now())

    def get_depends_on(self, job: Job) -> list[UUID]:
        """Return the ids of the jobs that must complete first."""
        if job.new_dependencies is not None:
            return list(job.new_dependencies)
        return [dependency.depends_on_id for dependency in job.dependencies.all()]

    def get_links(self, job: Job) -> dict[str, str]:
        """Return the URLs of the job, its sub-resources and its actions."""
        url = reverse("job-detail", args=[job.pk])
        names = ("events", "steps", "stream", "cancel", "retry")
        return {"self": url, **{name: f"{url}/{name}" for name in names}}


class SubmittedJobSerializer(JobSerializer):
    """The job that a submission returns."""

    found = serializers.BooleanField(
        source="is_found",
        help_text="True for an existing job that was returned because of `unique` or `debounce`.",
    )

    class Meta(JobSerializer.Meta):
        fields = (*JobSerializer.Meta.fields, "found")
        read_only_fields = fields


@lru_cache
def _shared(serializer: type[JobSerializer]) -> JobSerializer:
    return serializer()


def render_job(serializer: type[JobSerializer], job: Job) -> dict[str, Any]:
    """Return what `serializer(job).data` returns.

    One serializer of each class serves all jobs and threads: to build its fields costs ten times as
    much as to use them. Only for serializers that read nothing from their context.
    """
    return dict(_shared(serializer).to_representation(job))


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
    """The result of a bulk retry."""

    retried = serializers.IntegerField(help_text="The number of jobs retried.")
    left = serializers.IntegerField(help_text="The number of matching jobs that remain.")


class JobTypeSerializer(serializers.Serializer[Any]):
    """A job type: its input and output schemas, limits and typical duration."""

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

    def get_description(self, job_type: Any) -> str:
        return (job_type.handler.__doc__ or "").strip()

    def get_timeout_seconds(self, job_type: Any) -> float:
        """Return how long an attempt may run."""
        return float(job_type.timeout.total_seconds())

    def get_poll_interval_seconds(self, job_type: Any) -> float:
        """Return how long a client should wait between two polls."""
        return float(job_type.poll_interval.total_seconds())

    def get_typical_seconds(self, job_type: Any) -> list[float]:
        """Return the typical duration as [low, high]: measured, or declared if jobs are few."""
        measured: dict[str, list[float]] = self.context.get("typical", {})
        return measured.get(job_type.name) or [
            bound.total_seconds() for bound in job_type.typical_duration
        ]

    def get_limits(self, job_type: Any) -> dict[str, int]:
        """Return the limits of active jobs by scope."""
        return {limit.scope: limit.size for limit in job_type.limits}

    def get_input_schema(self, job_type: Any) -> dict[str, Any]:
        schema: dict[str, Any] = job_type.input.model_json_schema()
        return schema

    def get_output_schema(self, job_type: Any) -> dict[str, Any]:
        schema: dict[str, Any] = job_type.output.model_json_schema()
        return schema
