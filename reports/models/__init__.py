"""What the job types of reports store. The rows outlive the jobs that made them."""

from reports.models.base import StoredRow, StoredRowQuerySet
from reports.models.dashboards import (
    CHAT_LENGTH,
    NAME_LENGTH,
    Dashboard,
    Message,
    Widget,
)
from reports.models.options import OptionAnalysis
from reports.models.reports import (
    FOLDER,
    TITLE_LENGTH,
    Report,
    file_path,
    pdf_path,
)
from reports.models.research import SOURCE_LENGTH, CompetitorProfile, EvidenceItem

__all__ = [
    "CHAT_LENGTH",
    "FOLDER",
    "NAME_LENGTH",
    "SOURCE_LENGTH",
    "TITLE_LENGTH",
    "CompetitorProfile",
    "Dashboard",
    "EvidenceItem",
    "Message",
    "OptionAnalysis",
    "Report",
    "StoredRow",
    "StoredRowQuerySet",
    "Widget",
    "file_path",
    "pdf_path",
]
