"""A paused worker finishes its jobs, takes no more, and goes on when it is resumed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.recovery.test_deploys_and_order import worker_at_work
from tests.programs import run
from tests.waiting import until


def manage(installation: Installation, *command: str) -> str:
    return run(sys.executable, "manage.py", *command, **installation.process_environment)


@pytest.fixture
def worker(installation: Installation) -> Iterator[str]:
    """Give the name of the worker; resume it at the end, whatever happened."""
    job_id = installation.run("echo", text="x")["id"]
    [started] = [e for e in installation.events(job_id) if e["kind"] == "started"]
    name = str(started["data"]["worker"].rpartition("/")[0])
    yield name
    if "worker" in manage(installation, "shell", "--no-imports", "-c", LIST):
        manage(installation, "resume", "worker", name)


LIST = "from jobs.models import Pause; print(*Pause.objects.values_list('scope', flat=True))"


def test_a_paused_worker_finishes_its_job_and_takes_no_other(
    installation: Installation, worker: str, ledger: Path, gate: Path
) -> None:
    running = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(running)["state"] == "running")
    manage(installation, "pause", "worker", worker, "--reason", "Kernel update")
    until(lambda: has_no_worker(installation), what="a queue without a worker")
    waiting = installation.submit("echo", text="x")
    gate.touch()
    assert installation.wait_for_end(running)["state"] == "completed"
    assert installation.job(waiting)["waiting_for"]["reason"] == "no_worker"
    manage(installation, "resume", "worker", worker)
    assert installation.wait_for_end(waiting)["state"] == "completed"


def test_a_restarted_worker_stays_drained(installation: Installation, worker: str) -> None:
    manage(installation, "pause", "worker", worker)
    until(lambda: has_no_worker(installation), what="a queue without a worker")
    old = installation.service("worker")
    old.terminate()
    until(lambda: not old.is_running() and worker_at_work(installation), what="a new worker")
    until(lambda: has_no_worker(installation), what="a drained worker")
    waiting = installation.submit("echo", text="x")
    manage(installation, "resume", "worker", worker)
    assert installation.wait_for_end(waiting)["state"] == "completed"


def has_no_worker(installation: Installation) -> bool:
    job_id = installation.submit("echo", text="x")
    found = installation.job(job_id)["waiting_for"]
    return bool(found) and found["reason"] == "no_worker"
