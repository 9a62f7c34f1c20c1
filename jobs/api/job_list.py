"""Jobs in lists, without large values: a page of them could have hundreds of megabytes."""

from django.db.models import Case, F, JSONField, QuerySet, TextField, When
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual
from rest_framework import serializers

from jobs.api.serializers import JobSerializer
from jobs.models import Job

MAX_LISTED_CHARACTERS = 16_384
"""A list contains an input or output of at most this length as JSON."""


class ListedJobSerializer(JobSerializer):
    """A job in a list. Input and output are null if larger than 16 KB; read the job to get them."""

    input = serializers.DictField(
        source="short_input", allow_null=True, help_text="Null if it is too large for a list."
    )
    output = serializers.JSONField(
        source="short_output", allow_null=True, help_text="Null if it is too large for a list."
    )


def defer_large_values(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Annotate jobs with `short_input` and `short_output`, which are null if they are large."""
    short = {"short_input": _short("input"), "short_output": _short("output")}
    return jobs.defer("input", "output").annotate(**short)


def _short(column: str) -> Case:
    is_short = LessThanOrEqual(Length(Cast(column, TextField())), MAX_LISTED_CHARACTERS)
    return Case(When(is_short, then=F(column)), output_field=JSONField(null=True))
