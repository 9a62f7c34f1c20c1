"""Jobs in lists, without large values: a page of them could have hundreds of megabytes."""

from typing import Any

from django.db.models import Case, F, JSONField, QuerySet, TextField, When
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual
from rest_framework import serializers

from jobs.api.job_detail import WaitingForSerializer
from jobs.api.serializers import JobSerializer
from jobs.dispatch.waiting import explain_waits
from jobs.models import Job

MAX_LISTED_CHARACTERS = 16_384
"""A list contains an input or output of at most this length as JSON."""


class JobPageSerializer(serializers.ListSerializer[Any]):
    """A page of jobs. It finds out at once why each of them has not started."""

    def to_representation(self, data: Any) -> Any:
        """Return the jobs with `waiting_for`."""
        jobs = list(data)
        found = explain_waits(jobs)
        for job in jobs:
            job.waiting_for = found.get(job.pk)  # for the field
        return super().to_representation(jobs)


class ListedJobSerializer(JobSerializer):
    """A job in a list. Input and output are null if larger than 16 KB; read the job to get them."""

    input = serializers.DictField(
        source="short_input", allow_null=True, help_text="Null if it is too large for a list."
    )
    output = serializers.JSONField(
        source="short_output", allow_null=True, help_text="Null if it is too large for a list."
    )
    waiting_for = WaitingForSerializer(
        allow_null=True, help_text="In a list, without the position and the estimate."
    )

    class Meta(JobSerializer.Meta):
        list_serializer_class = JobPageSerializer
        fields = (*JobSerializer.Meta.fields, "waiting_for")
        read_only_fields = fields


def defer_large_values(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Annotate jobs with `short_input` and `short_output`, which are null if they are large."""
    short = {"short_input": _short("input"), "short_output": _short("output")}
    return jobs.defer("input", "output").annotate(**short)


def _short(column: str) -> Case:
    is_short = LessThanOrEqual(Length(Cast(column, TextField())), MAX_LISTED_CHARACTERS)
    return Case(When(is_short, then=F(column)), output_field=JSONField(null=True))
