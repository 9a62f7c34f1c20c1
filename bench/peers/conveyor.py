"""Conveyor, by its Python API."""

from collections.abc import Sequence
from typing import Any

import django

from bench.peers.protocol import TEXT, TIMEOUT_SECONDS, Contender, Session, serve

django.setup()

import jobs  # noqa: E402  # needs Django's setup
from jobs.models import Job  # noqa: E402
from jobs.models.states import TERMINAL, State  # noqa: E402
from jobs.models.tenants import Organization, organization_of  # noqa: E402
from jobs.submission.submit import MAX_BATCH_JOBS, JobRequest, submit_batch  # noqa: E402

BATCH = "batch"
"""The kind of jobs that are submitted as batches."""


class Conveyor(Contender):
    """A job of a type of `bench.job_types`."""

    def __init__(self) -> None:
        from django.contrib.auth.models import User

        self._owner = User.objects.get(username="demo")

    def submit(self, kind: str) -> Any:
        return jobs.submit(f"bench_{kind}", {"text": TEXT}, owner=self._owner).pk

    def submit_many(self, kind: str, jobs: int) -> list[Any]:
        if kind != BATCH:
            return super().submit_many(kind, jobs)
        request = JobRequest(type="bench_echo", input={"text": TEXT})
        sizes = [min(MAX_BATCH_JOBS, jobs - begin) for begin in range(0, jobs, MAX_BATCH_JOBS)]
        batches = [
            submit_batch([request] * size, owner=self._owner, organization=self._organization)
            for size in sizes
        ]
        return list(
            Job.objects.filter(batch__in=batches).order_by("pk").values_list("pk", flat=True)
        )

    def wait(self, handle: Any) -> None:
        ended = jobs.wait(handle, timeout=TIMEOUT_SECONDS)
        check_completed(ended.state, ended.error)

    def has_ended(self, handle: Any) -> bool:
        state, error = Job.objects.values_list("state", "error").get(pk=handle)
        if state in TERMINAL:
            check_completed(state, error)
        return state in TERMINAL

    def last_end(self, handles: Sequence[Any]) -> float:
        ended = Job.objects.filter(pk__in=handles).values_list("finished_at", flat=True)
        return max(at.timestamp() for at in ended if at)

    @property
    def _organization(self) -> Organization:
        organization = organization_of(self._owner)
        assert organization is not None
        return organization


def check_completed(state: str, error: object) -> None:
    if state != State.COMPLETED:
        raise RuntimeError(f"A job is {state}: {error}")


if __name__ == "__main__":
    serve(Session(Conveyor()))
