"""What the demo shows: documents classified, searched, counted, and a report written of them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from jobs.client import Client, Job

T = TypeVar("T")
SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
NOT_DOCUMENTS = frozenset({".py", ".toml", ""})
FIRST_LINES = 16
"""Of the report, that are shown."""
PASSAGE = 160
"""Characters of a passage that are shown."""
ORDER: dict[str, Any] = {
    "title": "Harbour Bridge refurbishment: where the works stand",
    "project": "Harbour Bridge refurbishment",
    "bullet_points": [
        "Delivery of the expansion bearings",
        "Payment, invoices and what is due",
        "Night closures of the bridge, and completion",
    ],
}
TABLE, QUESTION = "sales.csv", "Revenue per month by pass"
SOUGHT = "when will the expansion bearings be delivered"


class JobNotCompleted(Exception):
    """A job of the tour failed, was cancelled, or left out what it was to make."""


class Tour:
    """One tour through the API."""

    def __init__(self, api: Client, console: Console, folder: Path) -> None:
        self._api = api
        self._console = console
        self._folder = folder
        self._timings: list[tuple[str, float]] = []

    def take(self) -> None:
        """Upload, and run a job of each sort. Raise `ConveyorError` or `JobNotCompleted`."""
        documents = self._timed("upload", self._upload)
        ids = [document["id"] for document in documents]
        classified = self._job("classify_documents", {"documents": ids})
        self._console.print(classification(classified.output["files"]))
        readable = [
            file["document"]
            for file in classified.output["files"]
            if file["status"] == "classified"
        ]
        found = self._job("evidence_search", {"query": SOUGHT, "documents": readable, "limit": 3})
        self._console.print(evidence(found.output["items"]))
        [table] = [document["id"] for document in documents if document["name"] == TABLE]
        counted = self._job("analyze_data", {"question": QUESTION, "document": table})
        self._console.print(Panel(counted.output["answer"], title=QUESTION))
        written = self._job("generate_report", {**ORDER, "documents": readable})
        self._show_report(written.output)
        self._console.print(timings(self._timings))

    def _upload(self) -> list[dict[str, Any]]:
        files = sorted(file for file in SAMPLES.iterdir() if file.suffix not in NOT_DOCUMENTS)
        self._console.print(f"Uploading {len(files)} documents of {SAMPLES}")
        documents = self._api.upload(files)
        # content that is the same twice is one document, and a job takes each once
        return list({document["id"]: document for document in documents}.values())

    def _job(self, job_type: str, query: dict[str, Any]) -> Job:
        """Submit a job and follow it to its end."""
        job = self._timed(job_type, lambda: self._follow(self._api.submit(job_type, query)))
        if job.state != "completed":
            why = f"{job.error.code}, {job.error.message}" if job.error else "on request"
            raise JobNotCompleted(f"{job_type} {job.state}: {why}")
        return job

    def _follow(self, job: Job) -> Job:
        columns = (
            TextColumn("{task.description:<20}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[message]}", table_column=Column(overflow="ellipsis")),
        )
        with Progress(*columns, console=self._console) as bars:
            bar = bars.add_task(job.type, total=100, message=job.state)
            for event in self._api.follow(job.id):
                if event.name in ("snapshot", "progress"):
                    said = event.data["message"] or event.data.get("state", "")
                    bars.update(bar, completed=event.data["progress"], message=said)
                if event.name == "end":
                    job = Job.read(event.data)
                    bars.update(bar, completed=job.progress, message=job.state)
        return job

    def _show_report(self, output: dict[str, Any]) -> None:
        if output["partial"]:
            raise JobNotCompleted(f"The report has no PDF: {output['warning']}")
        report = output["report_id"]
        text = self._timed("export", lambda: self._api.report(report, format="md")).decode()
        pdf = self._folder / "demo-report.pdf"
        pdf.write_bytes(self._api.report(report))
        first = "\n".join(text.strip().splitlines()[:FIRST_LINES])
        self._console.print(Panel(Markdown(f"{first}\n\n…"), title=output["title"]))
        self._console.print(f"PDF  {pdf}  ({pdf.stat().st_size // 1024} KB)", soft_wrap=True)

    def _timed(self, what: str, work: Callable[[], T]) -> T:
        began = time.monotonic()
        try:
            return work()
        finally:
            self._timings.append((what, time.monotonic() - began))


def classification(files: list[dict[str, Any]]) -> Table:
    """Show what each file was taken for."""
    table = Table("document", "category", "confidence", "text", title="Classified")
    for file in files:
        if file["status"] == "classified":
            confidence = f"{file['confidence']:.0%}"
            table.add_row(file["name"], file["category"], confidence, file["method"])
        else:
            table.add_row(file["name"], f"[red]{file['error']['code']}[/]", "", "")
    return table


def evidence(items: list[dict[str, Any]]) -> Table:
    """Show what was found, and where."""
    table = Table("document", "page", "passage", title=SOUGHT)
    for item in items:
        passage = " ".join(item["snippet"].split())[:PASSAGE]
        table.add_row(item["name"], str(item["page"] or ""), f"{passage} …")
    return table


def timings(measured: list[tuple[str, float]]) -> Table:
    """Show how long each part took."""
    table = Table("part", "seconds", title="Timings")
    for what, seconds in measured:
        table.add_row(what, f"{seconds:.2f}")
    return table
