"""Long polling responds when the job changes, and blocks no other request."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.acceptance.installation import Installation
from tests.waiting import until


def read(installation: Installation, job_id: str, wait: int, **headers: str) -> tuple[int, str]:
    response = installation.http.get(f"/jobs/{job_id}", params={"wait": wait}, headers=headers)
    return response.status_code, response.json()["state"] if response.content else ""


def test_a_waiting_request_returns_at_the_end_of_the_job(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["progress"] == 90)
    with ThreadPoolExecutor(30) as clients:
        # more than there are threads: if each held one, the next request would find none
        waiting = [clients.submit(read, installation, job_id, 50) for _ in range(30)]
        began = time.monotonic()
        assert installation.job(job_id)["state"] == "running"
        gate.touch()
        assert {one.result() for one in waiting} == {(200, "completed")}
    assert time.monotonic() - began < 40
    assert read(installation, job_id, 10) == (200, "completed")


def test_a_waiting_request_returns_the_unchanged_job_after_its_timeout(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["progress"] == 90)
    tag = installation.http.get(f"/jobs/{job_id}").headers["ETag"]
    began = time.monotonic()
    assert read(installation, job_id, 1, **{"If-None-Match": tag}) == (304, "")
    response = installation.http.get(f"/jobs/{job_id}", headers={"Prefer": "wait=1"})
    assert (response.status_code, response.headers["ETag"]) == (200, tag)
    assert time.monotonic() - began >= 2
    assert read(installation, job_id, 10, **{"If-None-Match": '"other"'}) == (200, "running")
    gate.touch()


def test_a_wait_for_a_missing_job_is_refused_at_once(installation: Installation) -> None:
    nobody = "/jobs/01900000-0000-7000-8000-000000000000"
    assert installation.http.get(nobody, params={"wait": 30}).status_code == 404
    unknown = {"Authorization": "Bearer cvy_wrong"}
    assert installation.http.get(nobody, params={"wait": 30}, headers=unknown).status_code == 401
    assert installation.http.get("/jobs", params={"wait": 30}).status_code == 422
