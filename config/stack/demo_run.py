"""The jobs of the demo: classify documents, search them, analyze a table, write a report."""

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
IGNORED_SUFFIXES = frozenset({".py", ".toml", ""})
MAX_REPORT_LINES = 16
"""Lines of the report on the screen."""
MAX_PASSAGE_CHARACTERS = 160
REPORT_INPUT: dict[str, Any] = {
    "title": "Harbour Bridge refurbishment: where the works stand",
    "project": "Harbour Bridge refurbishment",
    "bullet_points": [
        "Delivery of the expansion bearings",
        "Payment, invoices and what is due",
        "Night closures of the bridge, and completion",
    ],
}
TABLE, QUESTION = "sales.csv", "Revenue per month by pass"
SEARCH_QUERY = "when will the expansion bearings be delivered"


class JobNotCompleted(Exception):
    """A job of the demo failed, was cancelled, or its output is incomplete."""


class DemoRun:
    """Runs the jobs of the demo through the API."""

    def __init__(self, api: Client, console: Console, folder: Path) -> None:
        self._api = api
        self._console = console
        self._folder = folder
        self._timings: list[tuple[str, float]] = []

    def run_all(self) -> None:
        """Upload the samples and run each job. Raises `ConveyorError` or `JobNotCompleted`."""
        documents = self._timed("upload", self._upload)
        ids = [document["id"] for document in documents]
        classified = self._job("classify_documents", {"documents": ids})
        self._console.print(classification(classified.output["files"]))
        readable = [
            file["document"]
            for file in classified.output["files"]
            if file["status"] == "classified"
        ]
        found = self._job(
            "evidence_search", {"query": SEARCH_QUERY, "documents": readable, "limit": 3}
        )
        self._console.print(evidence(found.output["items"]))
        [table] = [document["id"] for document in documents if document["name"] == TABLE]
        counted = self._job("analyze_data", {"question": QUESTION, "document": table})
        self._console.print(Panel(counted.output["answer"], title=QUESTION))
        written = self._job("generate_report", {**REPORT_INPUT, "documents": readable})
        self._show_report(written.output)
        self._console.print(timings(self._timings))

    def _upload(self) -> list[dict[str, Any]]:
        files = sorted(file for file in SAMPLES.iterdir() if file.suffix not in IGNORED_SUFFIXES)
        self._console.print(f"Uploading {len(files)} documents from {SAMPLES}")
        documents = self._api.upload(files)
        # files with equal content are one document, and a job takes each document once
        return list({document["id"]: document for document in documents}.values())

    def _job(self, job_type: str, query: dict[str, Any]) -> Job:
        """Submit a job and follow it until it ends."""
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
        first = "\n".join(text.strip().splitlines()[:MAX_REPORT_LINES])
        self._console.print(Panel(Markdown(f"{first}\n\n…"), title=output["title"]))
        self._console.print(f"PDF  {pdf}  ({pdf.stat().st_size // 1024} KB)", soft_wrap=True)

    def _timed(self, what: str, work: Callable[[], T]) -> T:
        began = time.monotonic()
        try:
            return work()
        finally:
            self._timings.append((what, time.monotonic() - began))


def classification(files: list[dict[str, Any]]) -> Table:
    """Return the category of each file as a table."""
    table = Table("document", "category", "confidence", "text", title="Classified")
    for file in files:
        if file["status"] == "classified":
            confidence = f"{file['confidence']:.0%}"
            table.add_row(file["name"], file["category"], confidence, file["method"])
        else:
            table.add_row(file["name"], f"[red]{file['error']['code']}[/]", "", "")
    return table


def evidence(items: list[dict[str, Any]]) -> Table:
    """Return the passages found, with their places, as a table."""
    table = Table("document", "page", "passage", title=SEARCH_QUERY)
    for item in items:
        passage = " ".join(item["snippet"].split())[:MAX_PASSAGE_CHARACTERS]
        table.add_row(item["name"], str(item["page"] or ""), f"{passage} …")
    return table


def timings(measured: list[tuple[str, float]]) -> Table:
    """Return the duration of each step as a table."""
    table = Table("step", "seconds", title="Timings")
    for what, seconds in measured:
        table.add_row(what, f"{seconds:.2f}")
    return table
