"""Hostile files in a job of a real worker: they fail alone, and the worker lives."""

from tests.acceptance.installation import Installation
from tests.documents import hostile, made


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
