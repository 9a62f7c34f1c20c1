"""Documents: a job against bare extraction, a core each, and the memory of many files."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import psutil

from documents import classification, media_types
from documents.extraction import ExtractionLimits, open_document
from tests.acceptance.installation import Installation
from tests.documents import made

FILES, SCANS, MANY = 25, 4, 200
PAGES = 4
LOOK_EVERY = 0.1
MEGABYTE = 1_000_000
WORDS = "The inspection of the harbour bridge found corrosion at the piers. " * 40

Make = Callable[[int], bytes]
KINDS: dict[str, tuple[str, str, int, int, Make]] = {
    "text PDF": (
        media_types.PDF,
        "pdf",
        FILES,
        PAGES,
        lambda n: made.pdf(*[f"File {n}, page {page}. {WORDS}" for page in range(PAGES)]),
    ),
    "DOCX": (media_types.DOCX, "docx", FILES, 1, lambda n: made.word(f"File {n}", *[WORDS] * 4)),
    "scan (OCR)": (
        media_types.PDF,
        "pdf",
        SCANS,
        1,
        lambda n: made.scanned_pdf(f"{n} {WORDS[:300]}"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Seconds that files took, bare and as a job on one worker."""

    files: int
    pages: int
    bare: float
    job: float


ROOMY = ExtractionLimits(pages=500, pixels=60_000_000)


def measure(installation: Installation) -> dict[str, Taken]:
    """Take each kind, bare in this process and then as one job."""
    taken = {}
    for kind, (media_type, extension, files, pages, make) in KINDS.items():
        contents = [make(number) for number in range(files)]
        began = time.perf_counter()
        for content in contents:
            _bare(content, media_type)
        bare = time.perf_counter() - began
        job = _ended(installation, _sent(installation, contents, extension))
        spent = (_time(job["finished_at"]) - _time(job["started_at"])).total_seconds()
        taken[kind] = Taken(files=files, pages=files * pages, bare=bare, job=spent)
    return taken


def memory_of_many(installation: Installation) -> tuple[float, int]:
    """Run one job over 200 files; give its seconds and the most megabytes of any worker child."""
    contents = [made.pdf(f"Many {number}. {WORDS}") for number in range(MANY)]
    ids = []
    for begin in range(0, MANY, 50):
        files = [("files", (f"{n}.pdf", one)) for n, one in enumerate(contents[begin : begin + 50])]
        ids += [one["id"] for one in installation.http.post("/documents", files=files).json()]
    with _watched(installation) as most:
        job = installation.ended(
            installation.submit("classify_documents", documents=ids, model="builtin"), within=600
        )
    assert job["output"]["failed_files"] == 0
    return (_time(job["finished_at"]) - _time(job["created_at"])).total_seconds(), max(most)


def report(taken: dict[str, Taken], many: tuple[float, int]) -> None:
    """Print files and pages a second a core, and the job's share of what is bare."""
    print(f"\n{'':16}{'bare files/s':>14}{'job files/s':>13}{'job pages/s':>13}{'ratio':>8}")
    for kind, one in taken.items():
        rates = (one.files / one.bare, one.files / one.job, one.pages / one.job)
        shown = "".join(f"{rate:>13.1f}" for rate in rates)
        print(f"{kind:16} {shown}{one.bare / one.job:>8.2f}")
    print(f"\n{MANY} files in one job: {many[0]:.1f} s, at most {many[1]} MB a worker process")


def _bare(content: bytes, media_type: str) -> None:
    with open_document(BytesIO(content), media_type, ROOMY) as pages:
        texts = [pages.read(number).text for number in range(1, pages.count + 1)]
    classification.classify("\n\n".join(texts))


def _sent(installation: Installation, contents: list[bytes], extension: str) -> str:
    files = [("files", (f"{n}.{extension}", one)) for n, one in enumerate(contents)]
    answer = installation.http.post("/documents/classify", files=files, data={"model": "builtin"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _ended(installation: Installation, job_id: str) -> dict[str, Any]:
    job = installation.ended(job_id, within=600)
    assert job["output"]["failed_files"] == 0, job
    return job


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@contextmanager
def _watched(installation: Installation) -> Iterator[list[int]]:
    """Note the resident memory of the worker's children, in megabytes, while the block runs."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            try:
                sizes = [one.memory_info().rss for one in installation.worker_children()]
            except psutil.Error:
                continue  # a child was replaced
            most.append(max(sizes, default=0) // MEGABYTE)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()
