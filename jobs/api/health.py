"""Whether this process lives, and whether it can do its work."""

import redis
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path

from jobs import live


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that the process serves requests."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where database and Redis answer and all migrations are applied, 503 otherwise."""
    checks = {"database": _database(), "redis": _redis()}
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks}, status=200 if ready else 503
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseFailure:
        return "does not answer"
    outstanding = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(outstanding)} migrations to apply" if outstanding else "ok"


def _redis() -> str:
    try:
        live.client().ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"


urlpatterns = [path("healthz", healthz), path("readyz", readyz)]
