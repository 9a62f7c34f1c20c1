"""Compares a document job with extraction alone, one core each; measures memory for many files."""

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

FILES = 25
SCANS = 4
MANY_FILES = 200
UPLOAD_BATCH_FILES = 50
PAGES = 4
POLL_INTERVAL_SECONDS = 0.1
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
class DocumentTiming:
    """Seconds for the files: extraction alone, and as a job on one worker."""

    files: int
    pages: int
    extraction: float
    job: float


LIMITS = ExtractionLimits(pages=500, pixels=60_000_000)


def measure(installation: Installation) -> dict[str, DocumentTiming]:
    """Measure each kind of file: extraction in this process, then one job."""
    timings = {}
    for kind, (media_type, extension, files, pages, make) in KINDS.items():
        contents = [make(number) for number in range(files)]
        started_at = time.perf_counter()
        for content in contents:
            _extract_and_classify(content, media_type)
        extraction = time.perf_counter() - started_at
        job = _wait_for_end(installation, _submit(installation, contents, extension))
        seconds = (_parse_time(job["finished_at"]) - _parse_time(job["started_at"])).total_seconds()
        timings[kind] = DocumentTiming(
            files=files, pages=files * pages, extraction=extraction, job=seconds
        )
    return timings


def measure_many_files(installation: Installation) -> tuple[float, int]:
    """Run one job with MANY_FILES files; return its seconds and the peak megabytes of a process."""
    contents = [made.pdf(f"Many {number}. {WORDS}") for number in range(MANY_FILES)]
    ids = []
    for begin in range(0, MANY_FILES, UPLOAD_BATCH_FILES):
        files = [
            ("files", (f"{n}.pdf", one))
            for n, one in enumerate(contents[begin : begin + UPLOAD_BATCH_FILES])
        ]
        ids += [one["id"] for one in installation.http.post("/documents", files=files).json()]
    with _record_memory(installation) as sizes:
        job = installation.wait_for_end(
            installation.submit("classify_documents", documents=ids, model="builtin"), within=600
        )
    assert job["output"]["failed_files"] == 0
    return (_parse_time(job["finished_at"]) - _parse_time(job["created_at"])).total_seconds(), max(
        sizes
    )


def print_report(timings: dict[str, DocumentTiming], many: tuple[float, int]) -> None:
    """Print rates per second and core, and the ratio of the job to extraction alone."""
    print(f"\n{'':16}{'extracted/s':>14}{'job files/s':>13}{'job pages/s':>13}{'ratio':>8}")
    for kind, timing in timings.items():
        rates = (
            timing.files / timing.extraction,
            timing.files / timing.job,
            timing.pages / timing.job,
        )
        columns = "".join(f"{rate:>13.1f}" for rate in rates)
        print(f"{kind:16} {columns}{timing.extraction / timing.job:>8.2f}")
    print(
        f"\n{MANY_FILES} files in one job: {many[0]:.1f} s, at most {many[1]} MB per worker process"
    )


def _extract_and_classify(content: bytes, media_type: str) -> None:
    with open_document(BytesIO(content), media_type, LIMITS) as pages:
        texts = [pages.read(number).text for number in range(1, pages.count + 1)]
    classification.classify("\n\n".join(texts))


def _submit(installation: Installation, contents: list[bytes], extension: str) -> str:
    files = [("files", (f"{n}.{extension}", one)) for n, one in enumerate(contents)]
    response = installation.http.post("/documents/classify", files=files, data={"model": "builtin"})
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


def _wait_for_end(installation: Installation, job_id: str) -> dict[str, Any]:
    job = installation.wait_for_end(job_id, within=600)
    assert job["output"]["failed_files"] == 0, job
    return job


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@contextmanager
def _record_memory(installation: Installation) -> Iterator[list[int]]:
    """Record the resident memory of the worker's children, in megabytes, while the block runs."""
    megabytes = [0]
    stopping = threading.Event()

    def poll() -> None:
        while not stopping.wait(POLL_INTERVAL_SECONDS):
            try:
                sizes = [child.memory_info().rss for child in installation.worker_children()]
            except psutil.Error:
                continue  # a child was replaced
            megabytes.append(max(sizes, default=0) // MEGABYTE)

    watcher = threading.Thread(target=poll)
    watcher.start()
    try:
        yield megabytes
    finally:
        stopping.set()
        watcher.join()
