"""The operators' view of jobs: what there is, how far it is, what went wrong, and what to do."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs import registry
from jobs.admin.read_only import ReadOnly, moment
from jobs.errors import Refused
from jobs.models import Job, JobEvent, JobStep
from jobs.models.states import State
from jobs.submission.control import cancel_job, retry_job


class StepInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic in stubs only
    """The steps of a job."""

    model = JobStep
    fields = readonly_fields = ("name", "attempt", "started", "finished")

    def started(self, step: JobStep) -> str:
        """Show when it was last begun."""
        return moment(step.started_at)

    def finished(self, step: JobStep) -> str:
        """Show when its result was stored."""
        return moment(step.finished_at)


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """The log of a job."""

    model = JobEvent
    fields = ("number", "time", "kind", "state", "attempt", "actor", "detail")
    readonly_fields = ("time", "detail")

    def time(self, event: JobEvent) -> str:
        """Show when it happened."""
        return moment(event.at)

    def detail(self, event: JobEvent) -> str:
        """Show what the entry says."""
        return ", ".join(f"{name}: {value}" for name, value in event.data.items())


class StateFilter(admin.SimpleListFilter):
    """Jobs of one state; the list is closed, so it needs no query."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every state."""
        return [(state.value, state.value.capitalize()) for state in State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Keep the chosen state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class TypeFilter(admin.SimpleListFilter):
    """Jobs of one type, from the registry."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every installed type."""
        return [(declared.name, declared.label) for declared in registry.all_types()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Keep the chosen type."""
        return queryset.filter(type=self.value()) if self.value() else queryset


class PartFilter(admin.SimpleListFilter):
    """Jobs as they were submitted, or the parts that some of them were split into, too."""

    title = "parts"
    parameter_name = "parts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer to show the parts; without a choice they are hidden."""
        return [("shown", "Shown")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Say what is shown without a choice: not all."""
        hidden, shown = super().choices(changelist)
        yield {**hidden, "display": "Hidden"}
        yield shown

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Leave parts out, unless they are asked for."""
        return queryset if self.value() == "shown" else queryset.filter(parent=None)


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Jobs."""

    list_display = ("short", "type", "badge", "bar", "attempts", "owner", "created", "took")
    list_filter = (StateFilter, TypeFilter, PartFilter, "organization", "created_at")
    list_select_related = ("owner",)
    ordering = ("-id",)  # which begins with the time; no index has the time of all tenants' jobs
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("id", "subject", "message")
    actions = ("cancel", "retry")
    inlines = (StepInline, EventInline)
    fieldsets = (
        (None, {"fields": ("id", "type", "badge", "bar", "message", "owner", "organization")}),
        ("Result", {"fields": ("output_json", "error_json", "trace", "usage")}),
        ("Input", {"fields": ("input_json", "labels", "subject", "priority", "queue")}),
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
        """Show the random end of the id; it begins with the time, which many share."""
        return f"…{str(job.pk)[-8:]}"

    @admin.display(description="State")
    def badge(self, job: Job) -> SafeString:
        """Show the state."""
        return format_html('<span class="state state-{}">{}</span>', job.state, job.state)

    @admin.display(description="Progress")
    def bar(self, job: Job) -> SafeString:
        """Show the progress."""
        return format_html(
            '<progress class="state-{}" max="100" value="{}"></progress> <small>{}%</small>',
            job.state,
            job.progress,
            job.progress,
        )

    @admin.display(description="Attempt")
    def attempts(self, job: Job) -> str:
        """Show how many of the attempts that count are used up."""
        return f"{job.counted_attempt} of {job.max_attempts}"

    @admin.display(description="Created", ordering="created_at")
    def created(self, job: Job) -> str:
        """Show when it was submitted."""
        return moment(job.created_at)

    @admin.display(description="Took")
    def took(self, job: Job) -> str:
        """Show how long the last attempt ran."""
        return f"{job.duration.total_seconds():.1f} s" if job.duration else "—"

    @admin.display(description="Input")
    def input_json(self, job: Job) -> SafeString:
        """Show the input."""
        return _pre(job.input)

    @admin.display(description="Output")
    def output_json(self, job: Job) -> SafeString:
        """Show the output."""
        return _pre(job.output)

    @admin.display(description="Error")
    def error_json(self, job: Job) -> SafeString:
        """Show the error as its owner sees it."""
        return _pre(job.error)

    @admin.display(description="Traceback")
    def trace(self, job: Job) -> SafeString:
        """Show the traceback."""
        return format_html("<pre>{}</pre>", job.traceback or "—")

    @admin.action(description="Cancel selected jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Cancel them, in the operator's name."""
        self._each(request, queryset, cancel_job, "cancelled or asked to stop")

    @admin.action(description="Retry selected jobs", permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Start them again, in the operator's name."""
        self._each(request, queryset, retry_job, "started again")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Let those act who could change jobs, if jobs were changed by hand."""
        return request.user.has_perm("jobs.change_job")

    def _each(
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
