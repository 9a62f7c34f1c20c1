"""A program that times operations of Conveyor in its database, for `bench.large_tables`."""

import io
import json
import time
from collections.abc import Callable
from typing import Any

import django

from bench.peers.protocol import TEXT, serve

django.setup()

from django.contrib.auth.models import User  # noqa: E402  # needs Django's setup
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

import jobs  # noqa: E402
from config.celery import app  # noqa: E402
from jobs.maintenance import relay, rescue, retention  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.models.states import State  # noqa: E402

JOB_TYPE = "bench_echo"
LISTS = {
    "list by state": {"state": "completed"},
    "list by type": {"type": JOB_TYPE},
    "list by label": {"label.customer": "c1"},
}
"""Operations that read the first page of a filtered list, and their filters."""


class Operations:
    """The commands of the program."""

    def __init__(self) -> None:
        app.loader.import_default_modules()  # registers the tasks
        self._client = Client()
        self._operations: dict[str, Callable[[], object]] = {
            "submit": self._submit,
            "summary": lambda: self._get("/jobs/summary"),
            "rescue": rescue.rescue,
            "relay": relay.relay,
            **{
                name: lambda query=query: self._get("/jobs", query)  # type: ignore[misc]
                for name, query in LISTS.items()
            },
        }

    def prepare(self) -> dict[str, Any]:
        """Create the tables and a tenant, if missing."""
        output = io.StringIO()
        call_command("create_demo_tenant", "--migrate", "--json", stdout=output)
        key = json.loads(output.getvalue())["api_key"]
        self._client = Client(headers={"Host": "localhost", "Authorization": f"Bearer {key}"})
        self._owner = User.objects.get(username="demo")
        return {}

    def make_templates(self) -> dict[str, Any]:
        """Store a job that has ended and a pending one; return their IDs."""
        ended = self._submit()
        self._run(ended)
        return {"ended": str(ended.pk), "pending": str(self._submit().pk)}

    def time(self, operation: str, times: int) -> dict[str, Any]:
        """Return the seconds of each time."""
        seconds = []
        for _ in range(times):
            started_at = time.perf_counter()
            self._operations[operation]()
            seconds.append(time.perf_counter() - started_at)
        return {"seconds": seconds}

    def time_runs(self, times: int) -> dict[str, Any]:
        """Call the Celery task, which claims, runs and completes jobs; return the seconds per job.

        Stops early if no job is pending.
        """
        seconds = []
        for _ in range(times):
            pending = Job.objects.filter(state=State.PENDING).order_by("-priority", "pk")
            if not (before := pending.count()):
                break
            job = pending[0]
            started_at = time.perf_counter()
            self._run(job)
            elapsed = time.perf_counter() - started_at
            seconds.append(elapsed / (before - pending.count()))
        return {"seconds": seconds}

    def purge(self) -> dict[str, Any]:
        """Purge until nothing has expired; return the number of jobs and the seconds."""
        started_at, purged = time.perf_counter(), 0
        while count := retention.purge():
            purged += count
        return {"jobs": purged, "seconds": time.perf_counter() - started_at}

    def _submit(self) -> Job:
        return jobs.submit(JOB_TYPE, {"text": TEXT}, owner=self._owner)

    def _run(self, job: Job) -> None:
        result = app.tasks[f"bench.{JOB_TYPE}"].apply(
            (str(job.pk), job.attempt + 1), routing_key=job.queue
        )
        if result.state not in ("SUCCESS", "IGNORED"):
            raise RuntimeError(f"The task of job {job.pk} is {result.state}: {result.traceback}")

    def _get(self, path: str, query: dict[str, str] | None = None) -> None:
        response = self._client.get(f"/api/v1{path}", query or {})
        if response.status_code != 200:
            raise RuntimeError(f"GET {path}: {response.status_code} {response.content!r}")


if __name__ == "__main__":
    serve(Operations())
