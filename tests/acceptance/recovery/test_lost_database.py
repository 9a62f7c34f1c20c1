"""PostgreSQL restarts under load: requests get 503 with Retry-After, and no job is lost."""

import signal
from pathlib import Path

import httpx

from tests.acceptance.installation import Installation
from tests.waiting import until


def test_requests_get_503_with_retry_after_without_the_database(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.event_kinds(job_id).count("step_completed") == 3)
    installation.process.send_signal(signal.SIGSTOP)  # who would restart it
    try:
        installation.server("postgres").send_signal(signal.SIGINT)
        response = until(lambda: unavailable(installation, job_id))
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "database_unavailable"
        assert httpx.get(f"{installation.url}/readyz").status_code == 503
        assert httpx.get(f"{installation.url}/healthz").status_code == 200
        gate.touch()  # the handler ends while its outcome cannot be written
    finally:
        installation.process.send_signal(signal.SIGCONT)
    until(lambda: httpx.get(f"{installation.url}/readyz").status_code == 200)
    assert installation.wait_for_end(job_id)["state"] == "completed"
    assert len(ledger.read_text().splitlines()) == 3
    assert installation.run("echo", text="after")["state"] == "completed"


def unavailable(installation: Installation, job_id: str) -> httpx.Response | None:
    """Give the answer to a request once it is a 503."""
    response = installation.http.get(f"/jobs/{job_id}")
    return response if response.status_code == 503 else None
