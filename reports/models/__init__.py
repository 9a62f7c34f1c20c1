"""What the job types of reports leave behind. It outlives the jobs that made it."""

from reports.models.options import OptionAnalysis
from reports.models.research import CompetitorProfile, EvidenceItem
from reports.models.written import TITLE_LENGTH, Report, ReportQuerySet, file_path, pdf_path

__all__ = [
    "TITLE_LENGTH",
    "CompetitorProfile",
    "EvidenceItem",
    "OptionAnalysis",
    "Report",
    "ReportQuerySet",
    "file_path",
    "pdf_path",
]
