"""Celery with django-celery-results: the result of each task is a row in PostgreSQL."""

import os
from collections.abc import Sequence
from typing import Any

import django
from celery import Celery

from bench.peers.protocol import (
    RESULT_POLL_INTERVAL_SECONDS,
    TEXT,
    TIMEOUT_SECONDS,
    Contender,
    Session,
    serve,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peers.django_settings")
app = Celery("bench")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="bench.echo")
def echo(text: str) -> dict[str, str]:
    return {"text": text}


class CeleryResults(Contender):
    """A task of Celery whose result is stored by django-celery-results."""

    def prepare(self) -> None:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)

    def submit(self, kind: str) -> Any:
        return echo.delay(TEXT)

    def wait(self, handle: Any) -> None:
        handle.get(timeout=TIMEOUT_SECONDS, interval=RESULT_POLL_INTERVAL_SECONDS)

    def has_ended(self, handle: Any) -> bool:
        from django_celery_results.models import TaskResult

        return bool(TaskResult.objects.filter(task_id=handle.id, status="SUCCESS").exists())

    def last_end(self, handles: Sequence[Any]) -> float:
        from django.db.models import Max
        from django_celery_results.models import TaskResult

        results = TaskResult.objects.filter(task_id__in=[handle.id for handle in handles])
        return float(results.aggregate(at=Max("date_done"))["at"].timestamp())


if __name__ == "__main__":
    django.setup()
    serve(Session(CeleryResults()))
