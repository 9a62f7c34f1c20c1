"""Serializer of a single job: its row, and why it has not started."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.api.pauses import PauseSerializer
from jobs.api.serializers import JobSerializer
from jobs.dispatch.waiting import FullLimit, Reason, WaitingFor, explain_wait
from jobs.models import Job


class FullLimitSerializer(serializers.Serializer[FullLimit]):
    """A limit at run time that has no free place."""

    name = serializers.CharField(help_text="What it counts: concurrency or starts, and by what.")
    size = serializers.IntegerField()
    jobs = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Running jobs of your organization that count against it; at most 20.",
    )


class WaitingForSerializer(serializers.Serializer[WaitingFor]):
    """Why a job has not started."""

    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason])
    message = serializers.CharField(help_text="One sentence for people.")
    jobs = serializers.ListField(
        child=serializers.UUIDField(), help_text="Dependencies that have not ended; at most 20."
    )
    pause = PauseSerializer(allow_null=True)
    limit = FullLimitSerializer(allow_null=True)
    position = serializers.IntegerField(
        allow_null=True, help_text="Place in the line of its queue; 1 is next."
    )
    estimated_start = serializers.DateTimeField(allow_null=True)


class JobDetailSerializer(JobSerializer):
    """A job as its owner sees it, with the reason why it has not started."""

    waiting_for = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = (*JobSerializer.Meta.fields, "waiting_for")
        read_only_fields = fields

    @extend_schema_field(WaitingForSerializer(allow_null=True))
    def get_waiting_for(self, job: Job) -> Any:
        """Return why the job has not started; null if it is running or has ended."""
        found = explain_wait(job)
        return None if found is None else WaitingForSerializer(found).data
