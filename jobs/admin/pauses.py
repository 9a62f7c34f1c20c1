"""Pauses in the admin: add one to pause, delete it to resume."""

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from jobs.dispatch import pauses
from jobs.models import Pause
from jobs.models.pauses import PauseScope


@admin.register(Pause)
class PauseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Pauses of queues, job types and organizations."""

    list_display = ("scope", "value", "reason", "actor", "created_at")
    list_filter = ("scope",)
    fields = ("scope", "value", "reason")

    def has_change_permission(self, request: HttpRequest, obj: Pause | None = None) -> bool:
        """Forbid changing: resume, and pause again."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Pause, form: "ModelForm[Pause]", change: bool
    ) -> None:
        """Pause, with the operator's name."""
        actor = request.user.get_username()
        made = pauses.pause(PauseScope(obj.scope), obj.value, actor=actor, reason=obj.reason)
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Pause) -> None:
        """Resume."""
        pauses.resume(PauseScope(obj.scope), obj.value)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Pause]) -> None:
        """Resume each."""
        for pause in queryset:
            self.delete_model(request, pause)
