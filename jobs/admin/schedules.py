"""The operators' view of recurring jobs and of batches."""

from django.contrib import admin

from jobs.admin.read_only import ReadOnly
from jobs.models import Batch, Schedule, ScheduleRun


class ScheduleRunInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The times at which a schedule fired, with the job or the refusal."""

    model = ScheduleRun
    fields = ("at", "job", "refusal")
    show_change_link = True


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Schedules. An operator can pause them."""

    list_display = ("name", "cron", "time_zone", "type", "paused", "next_at", "organization")
    list_filter = ("paused", "organization")
    list_select_related = ("organization",)
    readonly_fields = (
        "organization",
        "owner",
        "cron",
        "time_zone",
        "type",
        "input",
        "options",
        "next_at",
        "created_at",
    )
    inlines = (ScheduleRunInline,)

    def has_add_permission(self, request: object) -> bool:
        """Forbid adding: only `jobs.submission.schedules.create` validates a schedule."""
        return False


@admin.register(Batch)
class BatchAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Batches."""

    list_display = ("id", "organization", "owner", "total", "created_at", "finished_at")
    list_select_related = ("organization", "owner")
