"""Exports over REST on a real worker, also after a kill."""

import io
import json
import re
from pathlib import Path

import docx

from tests.acceptance.installation import Installation
from tests.documents.made import picture, saved
from tests.programs import PROJECT, shell
from tests.waiting import until

PAGES = 6


def scan() -> bytes:
    """Make a PDF of pages that only OCR can read, a second or so each."""
    pages = [picture(f"Harbour Bridge, page number {n}").convert("RGB") for n in range(PAGES)]
    return saved(pages[0], "PDF", resolution=200, save_all=True, append_images=pages[1:])


def test_an_export_continues_after_a_killed_worker_and_stores_one_file(
    installation: Installation,
) -> None:
    [document] = installation.http.post(
        "/documents", files=[("files", ("scan.pdf", scan()))]
    ).json()
    job_id = installation.submit("export_document", document=document["id"], format="docx")
    text = f"/documents/{document['id']}/text"
    until(lambda: len(installation.http.get(text).json()["texts"]) >= 2)
    installation.kill_worker()
    job = installation.wait_for_end(job_id)
    assert (job["state"], job["attempt"]) == ("completed", 2)
    made = [
        one
        for one in installation.http.get("/documents?limit=100").json()["results"]
        if one["name"] == job["output"]["name"]
    ]
    assert [one["id"] for one in made] == [job["output"]["document"]]
    content = installation.http.get(f"/documents/{made[0]['id']}/content").content
    found = " ".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
    assert [f"page number {n}" in found for n in range(PAGES)] == [True] * PAGES


def test_the_commands_of_the_guide_export_a_document(
    installation: Installation, tmp_path: Path
) -> None:
    guide = (PROJECT / "docs" / "job-types.md").read_text()
    section = guide.split("\n## export_document\n")[1].split("\n## ")[0]
    written = installation.run("generate_report", title="The bridge", bullet_points=["Cost"])
    variables = {
        "URL": installation.url,
        "KEY": installation.key,
        "REPORT": written["output"]["report_id"],
        "FILE": str(tmp_path / "report.docx"),
    }
    order, fetch = re.findall(r"```bash\n(curl .*?)```", section, re.DOTALL)
    job = installation.wait_for_end(json.loads(shell(order, **variables))["id"])
    [shown] = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    assert set(json.loads(shown)) == set(job["output"])
    assert json.loads(shown)["name"] == job["output"]["name"] == "the-bridge.docx"
    shell(fetch, **variables)
    assert "The bridge" in [one.text for one in docx.Document(variables["FILE"]).paragraphs]
