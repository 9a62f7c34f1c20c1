"""Briefs and options on real workers: a killed job pays for no step twice."""

from typing import Any

import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.recovery.killed_workers import kill_worker_at_call, restored_steps
from tests.jobs.ai.llm.provider import Provider
from tests.reports.conftest import BRIEF, OPTION

Case = tuple[str, dict[str, Any], int, set[str]]
"""A job type, its input, the calls it takes, the steps that a second attempt finds done."""
CASES: list[Case] = [
    # every section of a brief but its question; then each criterion, and the points
    ("brief_generation", BRIEF, 5, {"sources", "outline", "section-1", "section-2"}),
    ("option_analysis", OPTION, 4, {"sources", "criterion-1"}),
]


@pytest.mark.parametrize("case", CASES)
def test_a_job_continues_after_a_killed_worker_and_pays_for_no_step_twice(
    installation: Installation,
    model: Provider,
    case: Case,
) -> None:
    name, asked, calls, done = case
    begun = len(model.calls)
    job = kill_worker_at_call(
        installation, model, 2, lambda: installation.submit(name, **asked, model="stub")
    )
    assert (job["state"], job["output"]["model"]) == ("completed", "stub")
    assert len(model.calls) - begun == calls + 1, "only the call that died is made again"
    assert restored_steps(installation, job["id"]) == done
    if name == "brief_generation":
        kept = installation.http.get(f"/reports/{job['output']['report_id']}").json()
        assert (kept["kind"], kept["usage"]) == ("brief", job["usage"])
