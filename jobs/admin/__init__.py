"""The operators' pages, in Django's admin."""

from django.contrib import admin

from jobs.admin import jobs, recurring, tenants, webhooks

__all__ = ["jobs", "recurring", "tenants", "webhooks"]

admin.site.site_header = "Conveyor operations"
admin.site.site_title = "Conveyor"
admin.site.index_title = "Operations"
