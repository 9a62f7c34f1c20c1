"""The main use: documents in, a report out, whatever dies meanwhile."""

from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.installation import Installation
from tests.acceptance.recovery.killed_workers import kill_worker_at_call, restored_steps
from tests.jobs.ai.llm.provider import Provider
from tests.programs import PROJECT
from tests.waiting import until

SAMPLES = PROJECT / "samples"
ORDER: dict[str, Any] = {"title": "The bridge", "bullet_points": ["Cost", "Delays"]}


def upload(installation: Installation, *names: str) -> list[str]:
    """Upload samples; give their ids."""
    files = [("files", (name, (SAMPLES / name).read_bytes())) for name in names]
    response = installation.http.post("/documents", files=files)
    assert response.status_code in (200, 201), response.text
    return [document["id"] for document in response.json()]


def test_documents_are_classified_and_a_report_is_written_from_them(
    installation: Installation, model: Provider, tmp_path: Path
) -> None:
    documents = upload(installation, "invoice.pdf", "contract.docx", "delivery-note-scan.png")
    classified = installation.run("classify_documents", documents=documents, model="builtin")
    found = {file["name"]: file["category"] for file in classified["output"]["files"]}
    assert (found["invoice.pdf"], found["contract.docx"]) == ("invoice", "contract")
    assert classified["output"]["processed_files"] == 3
    for name in ("builtin", "stub"):
        job = installation.run("generate_report", **ORDER, documents=documents, model=name)
        assert (job["state"], job["output"]["model"]) == ("completed", name)
        report = f"/reports/{job['output']['report_id']}"
        pdf = installation.http.get(f"{report}/export?format=pdf")
        assert pdf.content.startswith(b"%PDF-")
    assert job["usage"]["prompt_tokens"] > 0


def test_a_report_continues_after_a_killed_worker_and_pays_for_no_section_twice(
    installation: Installation, model: Provider
) -> None:
    begun = len(model.calls)
    job = kill_worker_at_call(
        installation,
        model,
        3,
        lambda: installation.submit("generate_report", **ORDER, model="stub"),
    )
    assert job["state"] == "completed"
    # Outline, two sections and a summary; the section that died on the way is asked again.
    assert len(model.calls) - begun == 4 + 1
    events = installation.events(job["id"])
    done = [e["data"]["step"] for e in events if e["kind"] == "step_completed"]
    assert len(done) == len(set(done))
    assert restored_steps(installation, job["id"]) == {"sources", "outline", "section-1"}


def test_the_installation_is_ready_and_its_metrics_count_the_jobs(
    installation: Installation,
) -> None:
    def counted() -> float:
        headers = {"Authorization": f"Bearer {installation.key}"}
        shown = httpx.get(f"{installation.url}/metrics", headers=headers)
        assert shown.status_code == 200, shown.text
        values = dict(line.rsplit(" ", 1) for line in shown.text.splitlines() if line[0] != "#")
        assert float(values['conveyor_workers{queue="default"}']) == 1
        assert float(values['conveyor_maintenance_lag_seconds{task="jobs.relay"}']) < 60
        ended = 'conveyor_jobs_finished_total{outcome="completed",type="echo"}'
        return float(values[ended])

    checks = httpx.get(f"{installation.url}/readyz").json()["checks"]
    assert set(checks.values()) == {"ok"}
    before = counted()
    assert installation.run("echo", text="x")["state"] == "completed"
    until(lambda: counted() > before, what="a job that ran in the metrics")
