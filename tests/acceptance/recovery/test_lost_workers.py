"""Jobs continue after their workers are killed."""

from pathlib import Path

from tests.acceptance.installation import Installation
from tests.waiting import until


def start_stepping(installation: Installation, ledger: Path, gate: Path) -> str:
    """Start a job and wait until it has done its steps and stands at the gate."""
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.event_kinds(job_id).count("step_completed") == 3)
    return job_id


def test_a_job_continues_after_a_killed_process_without_repeating_steps(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = start_stepping(installation, ledger, gate)
    installation.job_process(job_id).kill()
    until(lambda: installation.event_kinds(job_id).count("started") == 2)
    gate.touch()
    assert installation.wait_for_end(job_id)["state"] == "completed"
    assert installation.event_kinds(job_id).count("step_restored") == 3
    assert len(ledger.read_text().splitlines()) == 3


def test_a_job_continues_after_a_killed_worker(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = start_stepping(installation, ledger, gate)
    installation.kill_worker()
    until(lambda: installation.event_kinds(job_id).count("started") == 2)
    gate.touch()
    assert installation.wait_for_end(job_id)["state"] == "completed"
    assert len(ledger.read_text().splitlines()) == 3


def test_a_job_that_kills_its_process_is_quarantined(installation: Installation) -> None:
    job = installation.run("deadly")
    assert (job["state"], job["error"]["code"]) == ("failed", "worker_lost")
    assert installation.event_kinds(job["id"]).count("started") == 3
    assert job["error"]["message"].startswith("The worker process was killed by signal 9")
    rescued = [e for e in installation.events(job["id"]) if e["kind"] == "rescued"]
    assert "signal 9" in rescued[0]["data"]["error"]["message"]


def test_a_job_that_exits_its_process_shows_the_exit_code(installation: Installation) -> None:
    job = installation.run("exiting")
    assert (job["state"], job["error"]["code"]) == ("failed", "worker_lost")
    assert "exited with code 3 while it ran the job" in job["error"]["message"]


def test_a_job_that_holds_the_interpreter_beyond_its_lease_is_told_so(
    installation: Installation,
) -> None:
    job = installation.run("holding")
    assert (job["state"], job["error"]["code"]) == ("failed", "worker_lost")
    assert "can hold the interpreter" in job["error"]["message"]


def test_a_stopping_worker_hands_its_job_back(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = start_stepping(installation, ledger, gate)
    installation.service("worker").terminate()
    until(lambda: installation.event_kinds(job_id).count("started") == 2)
    assert "handed_back" in installation.event_kinds(job_id)
    gate.touch()
    job = installation.wait_for_end(job_id)
    assert (job["state"], job["attempt"]) == ("completed", 2)
    assert len(ledger.read_text().splitlines()) == 3
