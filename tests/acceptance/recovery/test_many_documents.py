"""Jobs over many documents on real workers, whatever dies meanwhile."""

import json
import threading
from collections import Counter
from typing import Any

from tests.acceptance.installation import Installation
from tests.jobs.ai.llm.provider import Call, Provider, write
from tests.waiting import TIMEOUT_SECONDS, until

INVOICE = "INVOICE\nInvoice number: {n}\nBill to: Harbour Office\nTotal due: 1,200.00\n"


def send(installation: Installation, path: str, count: int, **fields: Any) -> dict[str, Any]:
    """Upload so many files and submit the job over them, in one call."""
    files = [("files", (f"{n}.txt", INVOICE.format(n=n).encode())) for n in range(count)]
    answer = installation.http.post(path, files=files, data=fields)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def parts_of(installation: Installation, job: dict[str, Any]) -> list[dict[str, Any]]:
    """Find the parts of a job that was split."""
    split = [e for e in installation.events(job["id"]) if e["kind"] == "split"]
    if not split:
        return []
    listed = installation.http.get("/jobs", params={"batch": split[0]["data"]["batch"]}).json()
    found: list[dict[str, Any]] = listed["results"]
    return found


def test_many_files_of_one_call_are_classified_despite_killed_workers(
    installation: Installation,
) -> None:
    job = send(installation, "/documents/classify", 90, model="builtin")
    parts = until(lambda: parts_of(installation, job))
    until(lambda: [one for one in parts_of(installation, job) if one["started_at"]])
    installation.kill_worker()
    done = installation.wait_for_end(job["id"])
    assert done["state"] == "completed", done["error"]
    assert (done["output"]["total_files"], done["output"]["failed_files"]) == (90, 0)
    assert [file["name"] for file in done["output"]["files"]] == [f"{n}.txt" for n in range(90)]
    assert {file["category"] for file in done["output"]["files"]} == {"invoice"}
    assert len(parts_of(installation, job)) == len(parts) == 4
    done_once = [
        event["data"]["step"]
        for part in parts
        for event in installation.events(part["id"])
        if event["kind"] == "step_completed"
    ]
    assert len(done_once) == len(set(done_once)) == 90


def test_an_analysis_whose_worker_is_killed_pays_for_no_file_twice(
    installation: Installation, model: Provider
) -> None:
    reached, released = threading.Event(), threading.Event()
    asked: list[str] = []

    def answer(call: Call) -> None:
        request = str(call.body["messages"][1]["content"])
        number = request.split("Invoice number: ")[1].split("\n", maxsplit=1)[0]
        asked.append(number)
        if len(asked) == 3:
            reached.set()
            released.wait(TIMEOUT_SECONDS)
        quote = f"Invoice number: {number}"
        field = {"number": 1, "value": number, "page": 1, "quote": quote}
        call.say(json.dumps({"summary": "An invoice.", "fields": [field]}))

    model.behave = answer
    try:
        fields = json.dumps([{"name": "Number"}])
        job = send(installation, "/documents/analyze", 5, fields=fields, model="stub")
        assert reached.wait(TIMEOUT_SECONDS)
        installation.job_process(job["id"]).kill()
        until(lambda: installation.event_kinds(job["id"]).count("started") == 2)
        released.set()
        done = installation.wait_for_end(job["id"])
    finally:
        released.set()
        model.behave = write
    found = [file["analysis"]["fields"][0] for file in done["output"]["files"]]
    assert [(one["value"], one["verified"]) for one in found] == [(f"{n}", True) for n in range(5)]
    # the call that was cut off is made again, and no other
    assert Counter(asked) == {"0": 1, "1": 1, "2": 2, "3": 1, "4": 1}
    assert done["usage"]["prompt_tokens"] == 5 * 100
