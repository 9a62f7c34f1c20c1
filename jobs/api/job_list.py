"""Jobs in lists: what is large is left out, for a page of it may have hundreds of megabytes."""

from django.db.models import Case, F, JSONField, QuerySet, TextField, When
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual
from rest_framework import serializers

from jobs.api.serializers import JobSerializer
from jobs.models import Job

LONGEST = 16_384
"""Characters of an input or output, as JSON."""


class ListedJobSerializer(JobSerializer):
    """A job in a list. An input or output of more than 16 KB is null there: read the job for it."""

    input = serializers.DictField(
        source="short_input", allow_null=True, help_text="Null where it is too large for a list."
    )
    output = serializers.JSONField(
        source="short_output", allow_null=True, help_text="Null where it is too large for a list."
    )


def briefly(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Give jobs with `short_input` and `short_output`, which the database leaves out if large."""
    short = {"short_input": _short("input"), "short_output": _short("output")}
    return jobs.defer("input", "output").annotate(**short)


def _short(column: str) -> Case:
    within = LessThanOrEqual(Length(Cast(column, TextField())), LONGEST)
    return Case(When(within, then=F(column)), output_field=JSONField(null=True))
