"""Converts a report to the form that is rendered."""

import uuid

from jobs.ai.llm.catalogue import BUILTIN
from jobs.ai.rendering.document import MarkdownDocument
from jobs.errors import InvalidInput
from reports.models import Report

EXTRACTOR_NAME = "Built-in extractor, without a language model"


def paper_of(report: Report) -> MarkdownDocument:
    """Return the content of a report for rendering in any format."""
    made = report.created_at
    return MarkdownDocument(
        title=report.title,
        organization=report.organization.name,
        markdown=report.markdown,
        made_at=made,
        facts={
            **report.details,
            "Date": f"{made.day} {made:%B %Y}",
            "Written by": EXTRACTOR_NAME if report.model == BUILTIN else report.model,
        },
        warning=report.warning,
    )


def read_report(organization_id: uuid.UUID, id: uuid.UUID) -> MarkdownDocument:
    """Read a report of a tenant. Raises `InvalidInput` with the id if there is none."""
    own_reports = Report.objects.of(organization_id).select_related("organization")
    found = own_reports.filter(pk=id).first()
    if found is None:
        raise InvalidInput(f"There is no report {id}.")
    return paper_of(found)
