"""Whether this process lives, and whether the installation can do its work."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from jobs.api import problems
from jobs.api.metrics import Metrics
from jobs.monitoring import readiness


class Unlogged(JsonResponse):
    """Not an error in the log for each 503, as Django has it: proxies ask every few seconds."""

    _has_been_logged = True


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that the process serves requests."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where all that jobs need is there, 503 otherwise, with what to do.

    `?exclude=workers,beat` leaves checks out, for who starts or routes to web alone.
    """
    asked = ",".join(request.GET.getlist("exclude"))
    excluded = {name for name in asked.split(",") if name}
    if unknown := sorted(excluded - set(readiness.NAMES)):
        known = ", ".join(readiness.NAMES)
        return problems.invalid(f"There is no check {unknown[0]!r}. You can exclude {known}.")
    checks = {name: said for name, said in readiness.recent.get().items() if name not in excluded}
    ready = all(said == readiness.OK for said in checks.values())
    return Unlogged(
        {"status": "ok" if ready else "unavailable", "checks": checks},
        status=200 if ready else 503,
    )


urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", Metrics.as_view()),
]
