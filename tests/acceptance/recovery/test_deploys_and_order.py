"""Rolling restarts under load, and urgent jobs first."""

from contextlib import suppress
from pathlib import Path

import psutil

from tests.acceptance.installation import Installation
from tests.waiting import until


def test_a_rolling_restart_under_load_loses_and_fails_nothing(
    installation: Installation, ledger: Path
) -> None:
    jobs = []
    for _ in range(3):
        jobs += [installation.submit("stepping", ledger=str(ledger), pause=0.02) for _ in range(30)]
        until(lambda: worker_at_work(installation), what="a worker").terminate()
        until_few_are_left(installation, jobs)
    assert {installation.wait_for_end(job_id)["state"] for job_id in jobs} == {"completed"}
    assert len(ledger.read_text().splitlines()) == 3 * len(jobs)


def test_urgent_jobs_start_before_others_in_a_full_queue(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    never = ledger.with_name("never")  # opened: what starts next is up to the other process
    for closed in (gate, never):
        holder = installation.submit("stepping", ledger=str(ledger), gate=str(closed))
        until(lambda holder=holder: installation.job(holder)["state"] == "running")  # type: ignore[misc]
    priorities = [5, 1, 9, 5, 0, 9, 3, 7, 5, 2]
    waiting = [
        installation.submit_with_priority(priority, "echo", text="x") for priority in priorities
    ]
    gate.touch()
    for job_id in waiting:
        installation.wait_for_end(job_id)
    order = sorted(waiting, key=lambda job_id: started_at(installation, job_id))
    seen = [installation.job(job_id)["priority"] for job_id in order]
    assert seen == sorted(priorities, reverse=True)


def worker_at_work(installation: Installation) -> psutil.Process | None:
    """Give the worker, once that of the restart before is up."""
    with suppress(AssertionError, psutil.Error):
        return installation.service("worker") if installation.worker_children() else None
    return None


def started_at(installation: Installation, job_id: str) -> str:
    """Read when a job was started."""
    [at] = [event["at"] for event in installation.events(job_id) if event["kind"] == "started"]
    return str(at)


def until_few_are_left(installation: Installation, jobs: list[str]) -> None:
    """Wait until at most 25 jobs have not ended: the next restart comes under load."""

    def left() -> int:
        return sum(installation.job(job_id)["finished_at"] is None for job_id in jobs)

    until(lambda: left() <= 25)
