"""The operators' view of what the job types of reports made: to be read, not to be changed."""

from reports.admin.dashboards import DashboardAdmin
from reports.admin.written import ReportAdmin

__all__ = ["DashboardAdmin", "ReportAdmin"]
