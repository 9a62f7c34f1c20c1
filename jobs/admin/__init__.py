"""The operators' pages, in Django's admin."""

from django.contrib import admin

from jobs.admin import jobs, recurring, tenants

__all__ = ["jobs", "recurring", "tenants"]

admin.site.site_header = "Conveyor operations"
admin.site.site_title = "Conveyor"
admin.site.index_title = "Operations"
