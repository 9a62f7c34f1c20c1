"""How a summary of jobs reads."""

from typing import Any

from rest_framework import serializers

from jobs.monitoring.statistics import Figures


class DurationSerializer(serializers.Serializer[Any]):
    """How long the attempts that completed ran, in seconds."""

    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class FiguresSerializer(serializers.Serializer[Figures]):
    """Some jobs, counted and timed."""

    total = serializers.IntegerField()
    states = serializers.DictField(
        child=serializers.IntegerField(), help_text="Jobs by state; a state without any is absent."
    )
    success_rate = serializers.FloatField(
        allow_null=True, help_text="Completed among completed and failed; null before the first."
    )
    duration_seconds = DurationSerializer(source="*")


class SummarySerializer(FiguresSerializer):
    """All the jobs, and each type."""

    types = serializers.DictField(child=FiguresSerializer())


def shown(overall: Figures, types: dict[str, Figures]) -> dict[str, Any]:
    """Write a summary down."""
    by_type = {name: FiguresSerializer(figures).data for name, figures in types.items()}
    return {**FiguresSerializer(overall).data, "types": by_type}
