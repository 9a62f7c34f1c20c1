"""What the job types of reports leave behind. It outlives the jobs that made it."""

from reports.models.dashboards import (
    CHAT_LENGTH,
    NAME_LENGTH,
    Dashboard,
    DashboardQuerySet,
    Message,
    Widget,
)
from reports.models.options import OptionAnalysis
from reports.models.research import CompetitorProfile, EvidenceItem
from reports.models.written import (
    FOLDER,
    TITLE_LENGTH,
    Report,
    ReportQuerySet,
    file_path,
    pdf_path,
)

__all__ = [
    "CHAT_LENGTH",
    "FOLDER",
    "NAME_LENGTH",
    "TITLE_LENGTH",
    "CompetitorProfile",
    "Dashboard",
    "DashboardQuerySet",
    "EvidenceItem",
    "Message",
    "OptionAnalysis",
    "Report",
    "ReportQuerySet",
    "Widget",
    "file_path",
    "pdf_path",
]
