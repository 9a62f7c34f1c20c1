"""Health checks: whether this process is alive, and whether the installation is ready."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from jobs.api import problems
from jobs.api.metrics import MetricsView
from jobs.monitoring import readiness


class UnloggedJsonResponse(JsonResponse):
    """Keeps Django from logging each 503 as an error: proxies poll every few seconds."""

    _has_been_logged = True


def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200: this process serves requests."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 if all that jobs need is available, else 503 with what to do.

    `?exclude=workers,beat` omits checks, for example for a load balancer of the web processes.
    """
    names = ",".join(request.GET.getlist("exclude"))
    excluded = {name for name in names.split(",") if name}
    if unknown := sorted(excluded - set(readiness.NAMES)):
        known = ", ".join(readiness.NAMES)
        return problems.invalid(f"There is no check {unknown[0]!r}. You can exclude {known}.")
    health = readiness.recent.get()
    checks = {name: result for name, result in health.checks.items() if name not in excluded}
    ready = all(result == readiness.OK for result in checks.values())
    return UnloggedJsonResponse(
        {
            "status": "ok" if ready else "unavailable",
            "checks": checks,
            "clock_skew_seconds": health.clock_skew,
        },
        status=200 if ready else 503,
    )


urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", MetricsView.as_view()),
]
