"""A question asked over REST, whose worker is killed: one chart, and nothing paid twice."""

import threading

from tests.acceptance.installation import Installation, until
from tests.acceptance.test_main_job import upload
from tests.ai.provider import Call, Provider, write
from tests.reports.analysis.given import answer_with

BY_PASS = {
    "title": "Revenue by pass",
    "kind": "bar",
    "groups": [{"column": "pass"}],
    "measures": [{"function": "sum", "column": "revenue_gbp"}],
}


def test_an_answer_survives_its_worker_and_is_kept_and_paid_once(
    installation: Installation, model: Provider
) -> None:
    reached, released = threading.Event(), threading.Event()
    begun = len(model.calls)
    answer = answer_with(BY_PASS, answer="Single crossings bring 570,550.")

    def wait_with_the_words(call: Call) -> None:
        if len(model.calls) - begun == 2:
            reached.set()
            released.wait(60)
        answer(call)

    http = installation.http
    dashboard = http.post("/dashboards", json={"name": "Bridge"}).json()["id"]
    [document] = upload(installation, "sales.csv")
    model.behave = wait_with_the_words
    try:
        question = {"question": "What pays?", "document": document, "model": "stub"}
        asked = http.post(
            f"/dashboards/{dashboard}/ask", json=question, headers={"Idempotency-Key": "pays"}
        )
        assert (asked.status_code, "Retry-After" in asked.headers) == (202, True), asked.text
        job_id = asked.json()["id"]
        assert asked.headers["Location"].endswith(job_id)
        assert reached.wait(60)
        worker = installation.service("worker")
        for process in (worker, *worker.children()):
            process.kill()
        until(lambda: installation.kinds(job_id).count("started") == 2, within=60)
    finally:
        released.set()
    try:
        job = installation.ended(job_id, within=90)
    finally:
        model.behave = write
    assert (job["state"], job["output"]["warnings"]) == ("completed", []), job["error"]
    assert len(model.calls) - begun == 2 + 1, "only the call that died on the way is made again"
    restored = {
        event["data"]["step"]
        for event in installation.events(job_id)
        if event["kind"] == "step_restored"
    }
    assert restored == {"begin", "profile", "plan", "compute"}
    [widget] = http.get(f"/dashboards/{dashboard}/widgets").json()
    assert widget["id"] == job["output"]["widgets"][0]["id"]
    picture = http.get(widget["links"]["image"].removeprefix("/api/v1"))
    assert (picture.headers["content-type"], picture.text[:4]) == ("image/svg+xml", "<svg")
    assert "sandbox" in picture.headers["content-security-policy"]
    said = http.get(f"/dashboards/{dashboard}/messages").json()["results"]
    assert [one["role"] for one in said] == ["assistant", "user"]
