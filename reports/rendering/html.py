"""A report as one HTML page."""

import nh3
from django.template.loader import render_to_string

from reports.models import Report
from reports.rendering.markdown import facts, parser


def fragment(markdown: str) -> str:
    """Turn Markdown into HTML that is safe to show: no scripts, no styles, no images."""
    made: str = parser().render(markdown)
    return nh3.clean(made, tags=nh3.ALLOWED_TAGS - {"img", "map", "area"})


def render(report: Report) -> str:
    """Give a report as a page that needs no other file."""
    context = {"report": report, "facts": facts(report), "body": fragment(report.markdown)}
    return render_to_string("reports/export.html", context)
