"""Serializers of the summary of jobs."""

from typing import Any

from rest_framework import serializers

from jobs.monitoring.statistics import JobStatistics


class DurationSerializer(serializers.Serializer[Any]):
    """Durations of completed attempts, in seconds."""

    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class FiguresSerializer(serializers.Serializer[JobStatistics]):
    """Counts and durations of jobs."""

    total = serializers.IntegerField()
    states = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Number of jobs by state; states without jobs are absent.",
    )
    success_rate = serializers.FloatField(
        allow_null=True,
        help_text="Completed jobs as a share of completed and failed ones; null if there are none.",
    )
    duration_seconds = DurationSerializer(source="*")


class SummarySerializer(FiguresSerializer):
    """Counts and durations of all jobs, and of each job type."""

    types = serializers.DictField(child=FiguresSerializer())


def render_summary(overall: JobStatistics, types: dict[str, JobStatistics]) -> dict[str, Any]:
    by_type = {name: FiguresSerializer(figures).data for name, figures in types.items()}
    return {**FiguresSerializer(overall).data, "types": by_type}
