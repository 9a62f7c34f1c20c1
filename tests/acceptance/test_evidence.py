"""Evidence search over REST on a real worker, also after a kill."""

import json
import re

from tests.acceptance.installation import Installation
from tests.documents import made
from tests.programs import PROJECT, shell
from tests.waiting import until

PAGES = 6


def test_a_search_continues_after_a_killed_worker_and_reads_no_page_twice(
    installation: Installation,
) -> None:
    scans = {
        f"scan-{number}.pdf": made.scanned_pdf(f"Page {number}: Ms Lindner measured the girders")
        for number in range(PAGES)
    }
    files = [("files", (name, content)) for name, content in scans.items()]
    files.append(("files", ("locked.pdf", made.locked_pdf())))
    response = installation.http.post("/documents", files=files)
    documents = [one["id"] for one in response.json()]
    job_id = installation.submit(
        "evidence_search", query="Lindnar measurement", documents=documents
    )
    until(lambda: installation.event_kinds(job_id).count("step_completed") >= 3)
    installation.job_process(job_id).kill()
    job = installation.wait_for_end(job_id)
    assert job["state"] == "completed", job["error"]
    assert {item["name"] for item in job["output"]["items"]} == set(scans)
    assert all(item["method"] == "ocr" for item in job["output"]["items"])
    [unread] = job["output"]["unread"]
    assert (unread["name"], unread["code"]) == ("locked.pdf", "password_protected")
    done = [
        event["data"]["step"]
        for event in installation.events(job_id)
        if event["kind"] == "step_completed"
    ]
    assert len(done) == len(set(done)) == len(documents) + 2
    assert installation.event_kinds(job_id).count("started") == 2


def test_the_search_of_the_guide_finds_the_survey(installation: Installation) -> None:
    guide = (PROJECT / "docs" / "job-types.md").read_text().partition("## evidence_search")[2]
    [command] = re.findall(r"```bash\n(curl .*?)```", guide, re.DOTALL)
    survey = made.pdf(
        "The deck is on time.", "Mr Mueller has inspected the bearings of the bridge."
    )
    installation.http.post("/documents", files=[("files", ("bridge-survey.pdf", survey))])
    submitted = json.loads(shell(command, URL=installation.url, KEY=installation.key))
    job = installation.wait_for_end(submitted["id"])
    found = {(item["name"], item["page"]) for item in job["output"]["items"]}
    assert ("bridge-survey.pdf", 2) in found
