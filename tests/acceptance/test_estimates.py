"""With real workers: the estimated start of a waiting job is near its start."""

import statistics
import time
from datetime import datetime
from random import Random

from tests.acceptance.installation import Installation

SECONDS = {"short_work": 0.5, "long_work": 2.0}
"""Long compared with what a loaded machine needs between two jobs. The jobs sleep."""
HISTORY, LINE = 4, 16
"""Jobs of each type before, and jobs of the line."""


def submit_batch(installation: Installation, types: list[str]) -> list[str]:
    jobs = [{"type": name, "input": {"pause": SECONDS[name]}} for name in types]
    response = installation.http.post("/jobs/batch", json={"jobs": jobs})
    assert response.status_code == 202, response.text
    batch = installation.http.get("/jobs", params={"batch": response.json()["id"], "limit": 200})
    return sorted(job["id"] for job in batch.json()["results"])


def test_the_median_error_of_estimates_of_a_mixed_line_is_below_30_percent(
    installation: Installation,
) -> None:
    for job_id in submit_batch(installation, [*SECONDS] * HISTORY):
        installation.wait_for_end(job_id)
    ids = submit_batch(installation, Random(7).choices([*SECONDS], k=LINE))
    estimates = {}
    for job_id in reversed(ids):
        read_at = time.time()
        found = installation.job(job_id)["waiting_for"]
        if found and found["reason"] == "position":
            estimates[job_id] = read_at, datetime.fromisoformat(found["estimated_start"])
    errors = []
    for job_id, (read_at, estimated) in estimates.items():
        started_at = datetime.fromisoformat(installation.wait_for_end(job_id)["started_at"])
        waited = started_at.timestamp() - read_at
        errors.append(abs((estimated - started_at).total_seconds()) / waited)
    assert len(errors) > LINE // 2
    print(f"median error {statistics.median(errors):.0%}")  # noqa: T201  # for the report
    assert statistics.median(errors) < 0.3
