"""The budget of the hot path: statements, transactions and Redis commands for each job."""

import pytest

import jobs
from jobs import testing
from jobs.redis import heartbeats
from jobs.testing import NoKeeper
from jobs.worker.loop import JobLoop
from tests.jobs.dispatch.budget import Cost, counting
from tests.jobs.dispatch.line import submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = 10
BODY = {"type": "echo", "input": {}}


@pytest.fixture
def full_window(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fill the window of the queue, as behind a backlog, and keep the intervals from ending."""
    for _ in range(8):
        submit(owner)
    monkeypatch.setattr(heartbeats, "RECORD_INTERVAL_SECONDS", 3600.0)


def post(owner: Person) -> None:
    response = owner.client.post("/api/v1/jobs", BODY, "json")
    assert response.status_code == 202, response.json()


def cost_of_rest(owner: Person) -> Cost:
    post(owner)  # `last_used_at` of the key, and the count of the limit, are now recent
    with counting() as cost:
        post(owner)
    return cost


def test_a_submission_by_rest_behind_a_backlog(owner: Person, full_window: None) -> None:
    cost = cost_of_rest(owner)
    assert len(cost.statements) == 3, cost.statements  # the key, the role, the submission
    assert cost.transactions == 2  # the key is read before the tenant's transaction
    assert cost.commands == {"publish": 1}


def test_a_submission_by_rest_with_an_idle_worker(owner: Person) -> None:
    cost = cost_of_rest(owner)
    assert len(cost.statements) == 3, cost.statements
    assert sum(cost.commands.values()) <= 3, cost.commands


def test_a_submission_by_python(owner: Person, full_window: None) -> None:
    jobs.submit("echo", {}, owner=owner.user)
    with counting() as cost:
        jobs.submit("echo", {}, owner=owner.user)
    assert len(cost.statements) == 1, cost.statements
    assert cost.transactions == 1
    assert cost.commands == {"publish": 1}


def test_reading_an_ended_job_by_rest(owner: Person) -> None:
    job = testing.run(submit(owner))
    owner.client.get(f"/api/v1/jobs/{job.pk}")
    with counting() as cost:
        assert owner.client.get(f"/api/v1/jobs/{job.pk}").json()["state"] == "completed"
    assert len(cost.statements) == 3, cost.statements  # the key, the role, the job


def test_short_jobs_in_one_process(owner: Person) -> None:
    submitted = [submit(owner) for _ in range(JOBS)]
    loop = JobLoop(
        queue=submitted[0].queue,
        type="echo",
        named=submitted[0].pk,
        worker="w",
        make_listener=lambda job: lambda progress: None,
        keeper=NoKeeper(),
        max_seconds=60.0,
    )
    with counting() as cost:
        loop.run()
    # one for each job, the first claim, and the window at the end
    assert len(cost.statements) == JOBS + 2, cost.statements
    assert cost.transactions == JOBS + 2
    assert cost.commands["publish"] == 3 * JOBS  # its start, its progress and its end
