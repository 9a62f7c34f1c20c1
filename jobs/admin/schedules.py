"""The operators' view of recurring jobs and of batches."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from jobs.admin.read_only import ReadOnly
from jobs.errors import ConveyorError
from jobs.models import Batch, Schedule, ScheduleRun
from jobs.submission import schedules


class ScheduleRunInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The times at which a schedule fired, with the job or the refusal."""

    model = ScheduleRun
    fields = ("at", "job", "refusal")
    show_change_link = True


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Schedules. An operator can pause them."""

    list_display = (
        "name",
        "cron",
        "time_zone",
        "type",
        "paused",
        "last_run",
        "next_at",
        "organization",
    )
    actions = ("run_now",)
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
        "missed_runs",
        "next_at",
        "created_at",
    )
    inlines = (ScheduleRunInline,)

    @admin.display(description="last run")
    def last_run(self, schedule: Schedule) -> str:
        """Show when the schedule last fired, and why it submitted no job, if it did not."""
        run = schedule.runs.first()
        return "" if run is None else f"{run.at:%Y-%m-%d %H:%M} {run.refusal}".strip()

    @admin.action(description="Run now")
    def run_now(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        """Submit the jobs of the selected schedules."""
        for schedule in queryset.select_related("owner", "organization"):
            try:
                job = schedules.run_now(schedule)
            except ConveyorError as refused:
                self.message_user(request, f"{schedule}: {refused.message}", messages.WARNING)
            else:
                self.message_user(request, f"{schedule}: submitted job {job.pk}.")

    def has_add_permission(self, request: object) -> bool:
        """Forbid adding: only `jobs.submission.schedules.create` validates a schedule."""
        return False


@admin.register(Batch)
class BatchAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Batches."""

    list_display = ("id", "organization", "owner", "total", "created_at", "finished_at")
    list_select_related = ("organization", "owner")
