"""A paused worker finishes its jobs, takes no more, and goes on when it is resumed."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.recovery.test_deploys_and_order import worker_at_work
from tests.programs import run
from tests.waiting import until


@dataclass(kw_only=True)
class Worker:
    """The worker of the installation, which operators pause and resume by command."""

    name: str
    environment: dict[str, str]
    is_paused: bool = False

    def pause(self, *options: str) -> None:
        self._manage("pause", "worker", self.name, *options)
        self.is_paused = True

    def resume(self) -> None:
        self._manage("resume", "worker", self.name)
        self.is_paused = False

    def _manage(self, *command: str) -> None:
        run(sys.executable, "manage.py", *command, **self.environment)


@pytest.fixture
def worker(installation: Installation) -> Iterator[Worker]:
    """Return the worker; resume it at the end, whatever happened."""
    job_id = installation.run("echo", text="x")["id"]
    [started] = [e for e in installation.events(job_id) if e["kind"] == "started"]
    name = str(started["data"]["worker"].rpartition("/")[0])
    found = Worker(name=name, environment=installation.process_environment)
    yield found
    if found.is_paused:
        found.resume()


def test_a_paused_worker_finishes_its_job_and_takes_no_other(
    installation: Installation, worker: Worker, ledger: Path, gate: Path
) -> None:
    running = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(running)["state"] == "running")
    worker.pause("--reason", "Kernel update")
    until(lambda: has_no_worker(installation), what="a queue without a worker")
    waiting = installation.submit("echo", text="x")
    gate.touch()
    assert installation.wait_for_end(running)["state"] == "completed"
    assert installation.job(waiting)["waiting_for"]["reason"] == "no_worker"
    worker.resume()
    assert installation.wait_for_end(waiting)["state"] == "completed"


def test_a_restarted_worker_stays_drained(installation: Installation, worker: Worker) -> None:
    worker.pause()
    until(lambda: has_no_worker(installation), what="a queue without a worker")
    old = installation.service("worker")
    old.terminate()
    until(lambda: not old.is_running() and worker_at_work(installation), what="a new worker")
    until(lambda: has_no_worker(installation), what="a drained worker")
    waiting = installation.submit("echo", text="x")
    worker.resume()
    assert installation.wait_for_end(waiting)["state"] == "completed"


def has_no_worker(installation: Installation) -> bool:
    job_id = installation.submit("echo", text="x")
    found = installation.job(job_id)["waiting_for"]
    return bool(found) and found["reason"] == "no_worker"
