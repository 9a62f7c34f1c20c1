"""A question over REST whose worker is killed: one chart, and no call is paid twice."""

from tests.acceptance.installation import Installation
from tests.acceptance.recovery.killed_workers import (
    count_calls,
    kill_worker_at_call,
    restored_steps,
)
from tests.acceptance.recovery.test_main_job import upload
from tests.jobs.ai.llm.provider import Provider
from tests.reports.data.given import answer_with

BY_PASS = {
    "title": "Revenue by pass",
    "kind": "bar",
    "groups": [{"column": "pass"}],
    "measures": [{"function": "sum", "column": "revenue_gbp"}],
}


def test_an_answer_survives_its_worker_and_is_stored_and_paid_once(
    installation: Installation, model: Provider
) -> None:
    http = installation.http
    dashboard = http.post("/dashboards", json={"name": "Bridge"}).json()["id"]
    [document] = upload(installation, "sales.csv")

    def ask() -> str:
        question = {"question": "What pays?", "document": document, "model": "stub"}
        asked = http.post(
            f"/dashboards/{dashboard}/ask", json=question, headers={"Idempotency-Key": "pays"}
        )
        assert (asked.status_code, "Retry-After" in asked.headers) == (202, True), asked.text
        assert asked.headers["Location"].endswith(asked.json()["id"])
        return str(asked.json()["id"])

    answer = answer_with(BY_PASS, answer="Single crossings bring 570,550.")
    job = kill_worker_at_call(installation, model, 2, ask, answer, about="What pays?")
    assert (job["state"], job["output"]["warnings"]) == ("completed", []), job["error"]
    asked = count_calls("What pays?", model)
    assert asked == 2 + 1, "only the call that died on the way is made again"
    assert restored_steps(installation, job["id"]) == {"begin", "profile", "plan", "compute"}
    [widget] = http.get(f"/dashboards/{dashboard}/widgets").json()
    assert widget["id"] == job["output"]["widgets"][0]["id"]
    picture = http.get(widget["links"]["image"].removeprefix("/api/v1"))
    assert (picture.headers["content-type"], picture.text[:4]) == ("image/svg+xml", "<svg")
    assert "sandbox" in picture.headers["content-security-policy"]
    messages = http.get(f"/dashboards/{dashboard}/messages").json()["results"]
    assert [one["role"] for one in messages] == ["assistant", "user"]
