"""What the job types of reports leave behind. It outlives the jobs that made it."""

from reports.models.dashboards import (
    CHAT_LENGTH,
    NAME_LENGTH,
    Dashboard,
    DashboardQuerySet,
    Message,
    Widget,
)
from reports.models.written import TITLE_LENGTH, Report, ReportQuerySet, pdf_path

__all__ = [
    "CHAT_LENGTH",
    "NAME_LENGTH",
    "TITLE_LENGTH",
    "Dashboard",
    "DashboardQuerySet",
    "Message",
    "Report",
    "ReportQuerySet",
    "Widget",
    "pdf_path",
]
