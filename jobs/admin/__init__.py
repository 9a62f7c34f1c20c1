"""The pages for operators, in Django's admin."""

from django.contrib import admin

from jobs.admin import jobs, pauses, schedules, tenants, webhooks

__all__ = ["jobs", "pauses", "schedules", "tenants", "webhooks"]

admin.site.site_header = "Conveyor operations"
admin.site.site_title = "Conveyor"
admin.site.index_title = "Operations"
