"""Admin pages of what the job types of reports made; read-only."""

from reports.admin.dashboards import DashboardAdmin
from reports.admin.options import OptionAnalysisAdmin
from reports.admin.reports import ReportAdmin
from reports.admin.research import CompetitorProfileAdmin, EvidenceItemAdmin

__all__ = [
    "CompetitorProfileAdmin",
    "DashboardAdmin",
    "EvidenceItemAdmin",
    "OptionAnalysisAdmin",
    "ReportAdmin",
]
