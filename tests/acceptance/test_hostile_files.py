"""Hostile files in a job of a real worker fail alone, and the worker survives."""

from typing import Any

import psutil

from tests.acceptance.installation import Installation
from tests.documents import hostile, made
from tests.waiting import until

BOUND = 500_000_000
"""Bytes of a process that runs jobs and of the one that reads a file for it, together."""


def test_good_files_of_a_job_are_processed_beside_hostile_ones(
    installation: Installation,
) -> None:
    before = {process.pid for process in installation.worker_children()}
    from_strangers = {
        "laughing.pdf": hostile.laughing_pdf(),
        "endless.pdf": hostile.endless_pdf(),
        "looped.pdf": hostile.looped_pdf(),
        "huge.png": made.huge_png(),
        "good.txt": b"INVOICE\nInvoice number: 118\nBill to: Office\nTotal due: 1,200.00\nVAT\n",
    }
    files = [("files", named) for named in from_strangers.items()]
    uploaded = installation.http.post("/documents", files=files, timeout=60)
    ids = [document["id"] for document in uploaded.json()]
    job = installation.run("classify_documents", documents=ids, model="builtin", within=240)
    forget(installation, ids)
    outcomes = {
        file["name"]: file["category"] or file["error"]["code"] for file in job["output"]["files"]
    }
    assert outcomes == {
        "laughing.pdf": "unreadable",
        "endless.pdf": "too_many_pages",
        "looped.pdf": "unreadable",
        "huge.png": "too_many_pixels",
        "good.txt": "invoice",
    }
    assert {process.pid for process in installation.worker_children()} == before


def forget(installation: Installation, ids: list[str]) -> None:
    """Remove documents, which every search of a later test would try to read."""
    for document in ids:
        assert installation.http.delete(f"/documents/{document}").status_code == 204


def memory_of(process: psutil.Process) -> tuple[int, int]:
    """Give the resident bytes of a process that runs jobs, and of those it has started."""
    readers = 0
    for reader in process.children(recursive=True):
        try:
            readers += reader.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return process.memory_info().rss, readers


def test_a_worker_and_its_sandbox_stay_below_their_memory_bound(
    installation: Installation,
) -> None:
    rows = "".join(f"{n},girder {n % 977},bolt {n % 6151}\n" for n in range(80_000)).encode()
    parts = {"long.csv": rows, "lines.eml": b"From: a@b.c\nTo: d@e.f\n\n" + b"a\n" * 10_000_000}
    uploaded = installation.http.post(
        "/documents", files=[("files", part) for part in parts.items()], timeout=60
    ).json()
    # the worker reads the text itself and grows; then the reader takes all that it may
    ids = [one["id"] for one in uploaded]
    job_id = installation.submit("classify_documents", documents=ids, model="builtin")
    until(lambda: "started" in installation.event_kinds(job_id), within=60)
    runner = installation.job_process(job_id)
    seen: list[tuple[int, int]] = []

    def ended() -> dict[str, Any] | None:
        seen.append(memory_of(runner))
        read = installation.job(job_id)
        return read if read["finished_at"] else None

    job = until(ended, within=240)
    forget(installation, ids)
    codes = [file["error"] and file["error"]["code"] for file in job["output"]["files"]]
    assert codes == [None, "needs_too_much_memory"]
    assert max(readers for _, readers in seen) > 250_000_000, "the reader was not looked at"
    assert max(map(sum, seen)) < BOUND
