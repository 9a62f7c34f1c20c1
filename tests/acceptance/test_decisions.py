"""Briefs and options by real workers: killed in the middle, they pay for nothing twice."""

import threading
from typing import Any

import pytest

from tests.acceptance.installation import Installation, until
from tests.ai.provider import Call, Provider, write
from tests.reports.conftest import BRIEF, OPTION

Case = tuple[str, dict[str, Any], int, set[str]]
"""A job type, its input, the calls it takes, the steps that a second attempt finds done."""
CASES: list[Case] = [
    # every section of a brief but its question; then each criterion, and the points
    ("brief_generation", BRIEF, 5, {"sources", "outline", "section-1", "section-2"}),
    ("option_analysis", OPTION, 4, {"sources", "criterion-1"}),
]


@pytest.mark.parametrize("case", CASES)
def test_a_job_whose_worker_is_killed_goes_on_and_pays_for_no_step_twice(
    installation: Installation,
    model: Provider,
    case: Case,
) -> None:
    name, asked, calls, restored = case
    reached, released = threading.Event(), threading.Event()
    begun = len(model.calls)

    def wait_at_the_second(call: Call) -> None:
        if len(model.calls) - begun == 2:
            reached.set()
            released.wait(60)
        write(call)

    model.behave = wait_at_the_second
    try:
        job_id = installation.submit(name, **asked, model="stub")
        assert reached.wait(60)
        worker = installation.service("worker")
        for process in (worker, *worker.children()):
            process.kill()
        until(lambda: installation.kinds(job_id).count("started") == 2, within=60)
    finally:
        released.set()
        model.behave = write
    job = installation.ended(job_id, within=90)
    assert (job["state"], job["output"]["model"]) == ("completed", "stub")
    assert len(model.calls) - begun == calls + 1, "only the call that died is made again"
    events = installation.events(job_id)
    found = {e["data"]["step"] for e in events if e["kind"] == "step_restored"}
    assert found == restored
    if name == "brief_generation":
        kept = installation.http.get(f"/reports/{job['output']['report_id']}").json()
        assert (kept["kind"], kept["usage"]) == ("brief", job["usage"])
