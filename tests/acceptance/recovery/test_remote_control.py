"""The buttons of Flower, which send remote control commands, do what they say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from config.embedded.data_folder import DataFolder
from config.service_urls import celery_url
from tests.acceptance.installation import Installation
from tests.waiting import until


@pytest.fixture
def celery(installation: Installation) -> Iterator[Celery]:
    """Return an app that sends commands to the workers of the installation."""
    folder = DataFolder(path=installation.folder)
    with Celery(broker=celery_url(folder.redis_url), set_as_current=False) as app:
        yield app


def test_terminate_cancels_the_job_and_not_the_process(
    installation: Installation, celery: Celery, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["state"] == "running")
    process = installation.job_process(job_id)
    celery.control.revoke(f"{job_id}.1", terminate=True, signal="SIGKILL")
    assert installation.wait_for_end(job_id)["state"] == "cancelled"
    assert process.is_running()


def test_a_worker_that_is_shut_down_hands_its_job_back(
    installation: Installation, celery: Celery, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["state"] == "running")
    [started] = [e for e in installation.events(job_id) if e["kind"] == "started"]
    name = started["data"]["worker"].rpartition("/")[0]
    celery.control.shutdown(destination=[name])
    until(lambda: "handed_back" in installation.event_kinds(job_id))
    gate.touch()
    assert installation.wait_for_end(job_id)["state"] == "completed"
