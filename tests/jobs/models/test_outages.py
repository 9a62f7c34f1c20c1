"""A server that accepts only reads, as a former primary does after a failover, is an outage."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from jobs.lifecycle import verbs
from jobs.maintenance import relay
from jobs.models import Job
from jobs.models.states import State
from jobs.testing import NoKeeper
from jobs.worker import runner
from tests.jobs.conftest import LEASE
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

ECHO = {"type": "echo", "input": {"text": "x"}}
WRITES = [
    ("post", "/api/v1/jobs", ECHO),
    ("post", "/api/v1/jobs/batch", {"jobs": [ECHO]}),
    ("post", "/api/v1/jobs/{id}/cancel", None),
    ("post", "/api/v1/schedules", {"name": "daily", "cron": "0 6 * * *", **ECHO}),
]


@pytest.fixture(autouse=True)
def _leave_read_only_session() -> Iterator[None]:
    yield
    connection.close()


def make_read_only() -> None:
    """Refuse writes on this connection, as its server does once another one is the primary."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_write_gets_503_and_the_next_request_another_connection(
    owner: Person, job: Job, method: str, path: str, body: Any
) -> None:
    send = getattr(owner.client, method)
    make_read_only()
    refused = send(path.format(id=job.pk), body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
    assert int(refused["Retry-After"]) > 0
    assert owner.client.get(f"/api/v1/jobs/{job.pk}").status_code == 200, "reads are possible"
    close_old_connections()  # as Django does after each request
    assert send(path.format(id=job.pk), body, format="json").status_code in (200, 201, 202)


def test_a_page_outside_the_api_gets_503_as_well(owner: Person) -> None:
    owner.user.is_staff = True
    owner.user.save()
    client = Client(raise_request_exception=False)
    make_read_only()
    login = {"username": owner.user.get_username(), "password": owner.user.get_username()}
    assert client.post("/admin/login/", login).status_code == 503


def test_a_finished_attempt_keeps_its_outcome(
    monkeypatch: pytest.MonkeyPatch, make_job: Callable[..., Job]
) -> None:
    job = make_job("echo", text="x")
    claimed = verbs.claim(job.pk, 1, worker="w", lease=LEASE)
    assert claimed is not None
    run_handler = runner._run_handler

    def run_then_fail_over(*arguments: Any) -> dict[str, Any]:
        output = run_handler(*arguments)
        make_read_only()
        return output

    monkeypatch.setattr(runner, "_run_handler", run_then_fail_over)
    runner.run_claimed(claimed, listener=lambda progress: None, keeper=NoKeeper())
    job.refresh_from_db()
    assert (job.state, job.attempt, job.output["text"]) == (State.COMPLETED, 1, "x")


def test_maintenance_leaves_the_former_primary(owner: Person, make_job: Callable[..., Job]) -> None:
    job = make_job("echo", text="x")
    Job.objects.update(state=State.SCHEDULED, run_at="2020-01-01T00:00:00Z")
    make_read_only()
    relay.relay()
    close_old_connections()  # as each task of maintenance does first
    relay.relay()
    job.refresh_from_db()
    assert job.state == State.PENDING
