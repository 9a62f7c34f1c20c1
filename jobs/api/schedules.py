"""REST views of schedules."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from pydantic import BaseModel, ConfigDict, Field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from jobs.api import caller
from jobs.api.idempotency import idempotent
from jobs.api.request_bodies import (
    DebounceRequest,
    LabelName,
    LabelValue,
    UniqueRequest,
    validate_body,
)
from jobs.api.serializers import JobSerializer
from jobs.api.submissions import build_accepted_response
from jobs.api.tenants import TenantViewSet
from jobs.models import Schedule, ScheduleRun
from jobs.submission import schedules

NEXT_RUNS = 5
LAST_RUNS = 5
CRON = "Minute, hour, day of month, month, day of week; or a name such as `@daily`."


class ScheduleChange(BaseModel):
    """Changes of a schedule. Absent fields stay as they are."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field("", min_length=1, max_length=200, description="Unique in the organization.")
    cron: str = Field("", min_length=1, max_length=200, description=CRON)
    time_zone: str = Field("UTC", max_length=64, examples=["Europe/Oslo"])
    type: str = Field("", description="Name of the job type.")
    input: dict[str, Any] = Field(
        default_factory=dict, description="The input, as the job type's schema defines it."
    )
    priority: int | None = Field(None, ge=0, le=9)
    labels: dict[LabelName, LabelValue] = Field(default_factory=dict, max_length=20)
    subject: str = Field("", max_length=200)
    max_attempts: int | None = Field(None, ge=1, le=20)
    unique: UniqueRequest | None = Field(
        None, description="A run returns an existing job that matches, instead of a new one."
    )
    debounce: DebounceRequest | None = Field(
        None, description="Delay the job of a run until no other one with its key has arrived."
    )
    missed_runs: Literal["skip", "once", "all"] = Field(
        "once",
        description=(
            "What to do about times that passed while the installation was down: skip them, run "
            "once for all of them, or run once for each."
        ),
    )
    paused: bool = False

    def columns(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that were sent as columns; `options` are the current ones to merge."""
        columns = self.model_dump(include=self.model_fields_set)
        new = {name: columns.pop(name) for name in schedules.SCHEDULE_OPTIONS & columns.keys()}
        for name in ("unique", "debounce"):
            if (option := getattr(self, name)) is not None:
                new[name] = option.model_dump(mode="json", exclude_none=True)
        if new:
            merged = {**options, **new}
            columns["options"] = {
                name: value for name, value in merged.items() if value is not None
            }
        return columns


class ScheduleRequest(ScheduleChange):
    """A schedule to create."""

    name: str = Field(min_length=1, max_length=200, description="Unique in the organization.")
    cron: str = Field(
        min_length=1,
        max_length=200,
        description=CRON,
        examples=["0 6 * * 1"],
    )
    type: str = Field(description="Name of the job type.")
    input: dict[str, Any] = Field(description="The input, as the job type's schema defines it.")


class ScheduleRunSerializer(serializers.ModelSerializer[ScheduleRun]):
    """A run of a schedule: its job, or why there is none."""

    at = serializers.DateTimeField(help_text="The time that it was due.")
    job = serializers.UUIDField(source="job_id", allow_null=True, read_only=True)
    refusal = serializers.CharField(
        help_text="Why no job was submitted, such as `limit_reached`; empty if one was."
    )

    class Meta:
        model = ScheduleRun
        fields = ("at", "job", "refusal")
        read_only_fields = fields


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    """A schedule, with its next times."""

    priority = serializers.IntegerField(source="options.priority", default=None, allow_null=True)
    labels = serializers.DictField(
        source="options.labels", default=dict, child=serializers.CharField()
    )
    subject = serializers.CharField(source="options.subject", default="")
    max_attempts = serializers.IntegerField(
        source="options.max_attempts", default=None, allow_null=True
    )
    unique = serializers.DictField(source="options.unique", default=None, allow_null=True)
    debounce = serializers.DictField(source="options.debounce", default=None, allow_null=True)
    next_runs = serializers.SerializerMethodField()
    last_runs = serializers.SerializerMethodField()
    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Schedule
        fields = (
            "id",
            "name",
            "cron",
            "time_zone",
            "type",
            "input",
            "priority",
            "labels",
            "subject",
            "max_attempts",
            "unique",
            "debounce",
            "missed_runs",
            "paused",
            "next_runs",
            "last_runs",
            "created_at",
            "owner",
            "organization",
            "links",
        )
        read_only_fields = fields

    def get_next_runs(self, schedule: Schedule) -> list[datetime]:
        """Return the next times at which the schedule fires; none while it is paused."""
        return schedules.next_runs(schedule, NEXT_RUNS)

    @extend_schema_field(ScheduleRunSerializer(many=True))
    def get_last_runs(self, schedule: Schedule) -> Any:
        """Return the latest runs, newest first."""
        runs = getattr(schedule, "latest_runs", None)
        if runs is None:
            runs = schedule.runs.all()[:LAST_RUNS]
        return ScheduleRunSerializer(runs, many=True).data

    def get_links(self, schedule: Schedule) -> dict[str, str]:
        """Return the URL of the schedule."""
        return {"self": reverse("schedule-detail", args=[schedule.pk])}


@extend_schema_view(list=extend_schema(description="List schedules, newest first."))
class ScheduleViewSet(mixins.ListModelMixin, TenantViewSet[Schedule]):
    """The schedules of the caller's organization."""

    queryset = Schedule.objects.select_related("owner", "organization").prefetch_related(
        Prefetch("runs", ScheduleRun.objects.order_by("-at")[:LAST_RUNS], to_attr="latest_runs")
    )
    serializer_class = ScheduleSerializer

    @extend_schema(request=ScheduleRequest, responses={201: ScheduleSerializer})
    @idempotent()
    def create(self, request: Request) -> Response:
        """Create a schedule. Its input is validated now."""
        body = validate_body(ScheduleRequest, request.data)
        schedule = schedules.create(
            **body.columns({}),
            owner=caller.user(request),
            organization=caller.organization(request),
        )
        data = ScheduleSerializer(schedule).data
        headers = {"Location": data["links"]["self"]}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(responses={200: ScheduleSerializer})
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a schedule and its next times."""
        return Response(ScheduleSerializer(self.get_object()).data)

    @extend_schema(request=ScheduleChange, responses={200: ScheduleSerializer})
    def partial_update(self, request: Request, pk: uuid.UUID) -> Response:
        """Change or pause a schedule. Times that pass while it is paused are skipped."""
        schedule = self.get_object()
        body = validate_body(ScheduleChange, request.data)
        changed = schedules.change(schedule, body.columns(schedule.options))
        return Response(ScheduleSerializer(changed).data)

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def run(self, request: Request, pk: uuid.UUID) -> Response:
        """Submit the job of a schedule now. Its next run stays."""
        return build_accepted_response(schedules.run_now(self.get_object()))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Delete a schedule. The jobs that it has submitted stay."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
