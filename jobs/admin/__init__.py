"""The operators' pages, in Django's admin."""

from django.contrib import admin

from jobs.admin import jobs, schedules, tenants, webhooks

__all__ = ["jobs", "schedules", "tenants", "webhooks"]

admin.site.site_header = "Conveyor operations"
admin.site.site_title = "Conveyor"
admin.site.index_title = "Operations"
