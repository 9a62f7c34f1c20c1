"""Cancellation and timeouts, with and without cooperation of the handler."""

from pathlib import Path

from tests.acceptance.installation import Installation
from tests.waiting import until


def test_a_cancelled_job_stops_at_its_next_check(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["state"] == "running")
    assert installation.http.post(f"/jobs/{job_id}/cancel").status_code == 202
    assert installation.wait_for_end(job_id)["state"] == "cancelled"


def test_a_handler_that_never_checks_is_interrupted_and_cleans_up(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stubborn", ledger=str(ledger), gate=str(gate))
    until(ledger.exists)
    runner = installation.job_process(job_id)
    installation.http.post(f"/jobs/{job_id}/cancel")
    assert installation.wait_for_end(job_id)["state"] == "cancelled"
    assert ledger.read_text().splitlines()[-1] == f"{job_id} cleaned up"
    assert runner.is_running()


def test_a_job_beyond_its_time_limit_fails_with_timeout(installation: Installation) -> None:
    job = installation.run("slow")
    assert (job["state"], job["error"]["code"]) == ("failed", "timeout")
    assert job["attempt"] == 1


def test_a_handler_that_catches_every_exception_is_cancelled_with_its_process(
    installation: Installation, ledger: Path
) -> None:
    job_id = installation.submit("immortal", ledger=str(ledger))
    until(ledger.exists)
    runner = installation.job_process(job_id)
    installation.http.post(f"/jobs/{job_id}/cancel")
    assert installation.wait_for_end(job_id)["state"] == "cancelled"
    assert "swallowed JobCancelled" in ledger.read_text()
    assert not runner.is_running()


def test_a_handler_that_catches_its_time_limit_is_killed_and_fails_with_timeout(
    installation: Installation, ledger: Path
) -> None:
    job = installation.run("deaf", ledger=str(ledger))
    assert (job["state"], job["error"]["code"], job["attempt"]) == ("failed", "timeout", 1)
    assert "swallowed TimeLimitReached" in ledger.read_text()


def test_an_interruption_never_hits_the_next_job_of_the_process(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    gate.touch()
    for _ in range(20):
        first = installation.submit("stubborn", ledger=str(ledger), gate=str(gate))
        following = [installation.submit("echo", text="x") for _ in range(3)]
        installation.http.post(f"/jobs/{first}/cancel")
        assert installation.wait_for_end(first)["state"] in ("cancelled", "completed")
        assert {installation.wait_for_end(job_id)["state"] for job_id in following} == {"completed"}
