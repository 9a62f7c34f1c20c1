"""Admin pages of jobs, with their steps, log and actions."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs import registry
from jobs.admin.read_only import ReadOnly, format_time
from jobs.dispatch.waiting import explain_wait
from jobs.errors import Refused
from jobs.models import Job, JobEvent, JobStep
from jobs.models.states import State
from jobs.submission.control import cancel_job, retry_job


class StepInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic in stubs only
    """The steps of a job."""

    model = JobStep
    fields = readonly_fields = ("name", "attempt", "started", "finished")

    @admin.display
    def started(self, step: JobStep) -> str:
        return format_time(step.started_at)

    @admin.display
    def finished(self, step: JobStep) -> str:
        return format_time(step.finished_at)


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """The log of a job."""

    model = JobEvent
    fields = ("number", "time", "kind", "state", "attempt", "actor", "detail")
    readonly_fields = ("time", "detail")

    def time(self, event: JobEvent) -> str:
        return format_time(event.at)

    def detail(self, event: JobEvent) -> str:
        return ", ".join(f"{name}: {value}" for name, value in event.data.items())


class StateFilter(admin.SimpleListFilter):
    """Filters by state. The states are fixed, so the filter needs no query."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, state.value.capitalize()) for state in State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(state=self.value()) if self.value() else queryset


class TypeFilter(admin.SimpleListFilter):
    """Filters by job type, from the registry."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(declared.name, declared.label) for declared in registry.all_types()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class PartFilter(admin.SimpleListFilter):
    """Hides or shows the parts of split jobs."""

    title = "parts"
    parameter_name = "parts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("shown", "Shown")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Rename the default choice: it hides the parts instead of showing all jobs."""
        hidden, shown = super().choices(changelist)
        yield {**hidden, "display": "Hidden"}
        yield shown

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset if self.value() == "shown" else queryset.filter(parent=None)


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Jobs."""

    list_display = ("short", "type", "badge", "bar", "attempts", "owner", "created", "took")
    list_filter = (StateFilter, TypeFilter, PartFilter, "organization", "created_at")
    list_select_related = ("owner",)
    ordering = ("-id",)  # ids begin with the time; no index covers the time across tenants
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("id", "subject", "message")
    actions = ("cancel", "retry")
    inlines = (StepInline, EventInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "id",
                    "type",
                    "badge",
                    "waiting_for",
                    "bar",
                    "message",
                    "owner",
                    "organization",
                )
            },
        ),
        ("Result", {"fields": ("output_json", "error_json", "trace", "usage")}),
        (
            "Input",
            {
                "fields": (
                    "input_json",
                    "labels",
                    "subject",
                    "priority",
                    "queue",
                    "unique_key",
                    "debounce_key",
                )
            },
        ),
        (
            "Attempts",
            {"fields": ("attempts", "uncounted_attempts", "crashes", "worker", "batch", "parent")},
        ),
        (
            "Times",
            {
                "fields": (
                    "created",
                    "run_at",
                    "published_at",
                    "started_at",
                    "lease_expires_at",
                    "cancel_requested_at",
                    "finished_at",
                    "took",
                    "expires_at",
                )
            },
        ),
    )

    @admin.display(description="Job", ordering="id")
    def short(self, job: Job) -> str:
        """Show the random end of the id: many ids share the time at the beginning."""
        return f"…{str(job.pk)[-8:]}"

    @admin.display(description="State")
    def badge(self, job: Job) -> SafeString:
        return format_html('<span class="state state-{}">{}</span>', job.state, job.state)

    @admin.display(description="Waiting for")
    def waiting_for(self, job: Job) -> str:
        """Show why the job has not started, and when it is likely to."""
        found = explain_wait(job)
        if found is None:
            return "—"
        start = f" Start: {format_time(found.estimated_start)}." if found.estimated_start else ""
        return f"{found.message}{start}"

    @admin.display(description="Progress")
    def bar(self, job: Job) -> SafeString:
        return format_html(
            '<progress class="state-{}" max="100" value="{}"></progress> <small>{}%</small>',
            job.state,
            job.progress,
            job.progress,
        )

    @admin.display(description="Attempt")
    def attempts(self, job: Job) -> str:
        """Show the number of counted attempts."""
        return f"{job.counted_attempt} of {job.max_attempts}"

    @admin.display(description="Created", ordering="created_at")
    def created(self, job: Job) -> str:
        return format_time(job.created_at)

    @admin.display(description="Took")
    def took(self, job: Job) -> str:
        """Show the duration of the last attempt."""
        return f"{job.duration.total_seconds():.1f} s" if job.duration else "—"

    @admin.display(description="Input")
    def input_json(self, job: Job) -> SafeString:
        return _pre(job.input)

    @admin.display(description="Output")
    def output_json(self, job: Job) -> SafeString:
        return _pre(job.output)

    @admin.display(description="Error")
    def error_json(self, job: Job) -> SafeString:
        """Show the error in the form that the owner of the job sees."""
        return _pre(job.error)

    @admin.display(description="Traceback")
    def trace(self, job: Job) -> SafeString:
        return format_html("<pre>{}</pre>", job.traceback or "—")

    @admin.action(description="Cancel selected jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Cancel jobs; the log names the operator."""
        self._apply(request, queryset, cancel_job, "cancelled or stopping")

    @admin.action(description="Retry selected jobs", permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Retry jobs; the log names the operator."""
        self._apply(request, queryset.order_by("created_at", "id"), retry_job, "retried")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Allow users with the permission to change jobs."""
        return request.user.has_perm("jobs.change_job")

    def _apply(
        self, request: HttpRequest, jobs: QuerySet[Job], verb: Callable[..., Job], done: str
    ) -> None:
        count = 0
        for job in jobs:
            try:
                verb(job, actor=request.user.get_username())
                count += 1
            except Refused as refused:
                self.message_user(request, f"{job.pk}: {refused.message}", messages.WARNING)
        self.message_user(request, f"{count} jobs {done}.", messages.SUCCESS)


def _pre(value: Any) -> SafeString:
    text = "—" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
    return format_html("<pre>{}</pre>", text)
