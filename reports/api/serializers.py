"""Serializers of reports."""

from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from reports.models import Report


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report without its text, as in lists."""

    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields: tuple[str, ...] = (
            "id",
            "job",
            "kind",
            "decision",
            "title",
            "subject",
            "contract_name",
            "location",
            "project",
            "model",
            "partial",
            "warning",
            "sources",
            "usage",
            "pages",
            "created_at",
            "owner",
            "organization",
            "links",
        )
        read_only_fields = fields

    def get_links(self, report: Report) -> dict[str, str]:
        here = reverse("report-detail", args=[report.pk])
        return {"self": here, "export": f"{here}/export"}


class FullReportSerializer(ReportSerializer):
    """A report with its text."""

    class Meta(ReportSerializer.Meta):
        fields = (*ReportSerializer.Meta.fields, "markdown")
        read_only_fields: Any = fields
