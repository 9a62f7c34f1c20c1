"""Valkey is stopped, frozen and emptied; no job is lost."""

from tests.acceptance.installation import Installation
from tests.waiting import suspended, until


def test_a_job_submitted_without_the_broker_runs_when_it_is_back(
    installation: Installation,
) -> None:
    with installation.without_valkey():
        job_id = installation.submit("echo", text="patience")
        assert installation.job(job_id)["state"] == "pending"
    assert installation.wait_for_end(job_id)["output"] == {"text": "patience"}


def test_a_frozen_broker_does_not_block_a_submission(installation: Installation) -> None:
    with suspended(installation.server("valkey-server")):
        job_id = installation.submit("echo", text="thaw")  # or it would wait for the thaw
    assert installation.wait_for_end(job_id)["state"] == "completed"


def test_jobs_with_lost_messages_complete(installation: Installation) -> None:
    worker = installation.service("worker")
    with suspended(worker, *worker.children()):
        jobs = [installation.submit("echo", text=str(number)) for number in range(50)]
        installation.redis.flushall()
    for number, job_id in enumerate(jobs):
        assert installation.wait_for_end(job_id)["output"] == {"text": str(number)}


def test_a_lost_broker_costs_progress_but_not_the_result(
    installation: Installation,
) -> None:
    job_id = installation.submit("echo", text="x")
    installation.wait_for_end(job_id)
    installation.redis.flushall()
    assert installation.job(job_id)["output"] == {"text": "x"}
    assert until(lambda: installation.run("echo", text="y"))["state"] == "completed"
