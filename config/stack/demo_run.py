"""The demo: classify and search sample documents, analyze a table, write a report."""

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
SKIPPED_SUFFIXES = frozenset({".py", ".toml", ""})
MAX_REPORT_LINES = 16
"""Lines of the report to print."""
MAX_PASSAGE_CHARACTERS = 160
"""Characters of a passage to print."""
REPORT_INPUT: dict[str, Any] = {
    "title": "Harbour Bridge refurbishment: where the works stand",
    "project": "Harbour Bridge refurbishment",
    "bullet_points": [
        "Delivery of the expansion bearings",
        "Payment, invoices and what is due",
        "Night closures of the bridge, and completion",
    ],
}
TABLE = "sales.csv"
QUESTION = "Revenue per month by pass"
SEARCH_QUERY = "when will the expansion bearings be delivered"


class JobNotCompleted(Exception):
    """A job failed, was cancelled, or made no PDF."""


class DemoRun:
    """One run through the API; prints results and timings."""

    def __init__(self, api: Client, console: Console, folder: Path) -> None:
        self._api = api
        self._console = console
        self._folder = folder
        self._timings: list[tuple[str, float]] = []

    def run_all(self) -> None:
        """Upload the samples and run the jobs. Raises `ConveyorError` or `JobNotCompleted`."""
        documents = self._measure("upload", self._upload)
        ids = [document["id"] for document in documents]
        classified = self._run_job("classify_documents", {"documents": ids})
        self._console.print(classification_table(classified.output["files"]))
        readable = [
            file["document"]
            for file in classified.output["files"]
            if file["status"] == "classified"
        ]
        found = self._run_job(
            "evidence_search", {"query": SEARCH_QUERY, "documents": readable, "limit": 3}
        )
        self._console.print(evidence_table(found.output["items"]))
        [table] = [document["id"] for document in documents if document["name"] == TABLE]
        analyzed = self._run_job("analyze_data", {"question": QUESTION, "document": table})
        self._console.print(Panel(Markdown(analyzed.output["answer"]), title=QUESTION))
        report = self._run_job("generate_report", {**REPORT_INPUT, "documents": readable})
        self._show_report(report.output)
        self._console.print(timing_table(self._timings))

    def _upload(self) -> list[dict[str, Any]]:
        files = sorted(file for file in SAMPLES.iterdir() if file.suffix not in SKIPPED_SUFFIXES)
        self._console.print(f"Uploading {len(files)} documents from {SAMPLES}")
        documents = self._api.upload(files)
        # files with the same content are one document, and a job accepts each document once
        return list({document["id"]: document for document in documents}.values())

    def _run_job(self, job_type: str, input: dict[str, Any]) -> Job:
        """Submit a job and show its progress until it ends."""
        job = self._measure(
            job_type, lambda: self._show_progress(self._api.submit(job_type, input))
        )
        if job.state != "completed":
            reason = f"{job.error.code}: {job.error.message}" if job.error else "no error"
            raise JobNotCompleted(f"The job {job_type} is {job.state} ({reason}).")
        return job

    def _show_progress(self, job: Job) -> Job:
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
                    message = event.data["message"] or event.data.get("state", "")
                    bars.update(bar, completed=event.data["progress"], message=message)
                if event.name == "end":
                    job = Job.read(event.data)
                    bars.update(bar, completed=job.progress, message=job.state)
        return job

    def _show_report(self, output: dict[str, Any]) -> None:
        if output["partial"]:
            raise JobNotCompleted(f"The report has no PDF: {output['warning']}")
        report_id = output["report_id"]
        text = self._measure("export", lambda: self._api.report(report_id, format="md")).decode()
        pdf = self._folder / "demo-report.pdf"
        pdf.write_bytes(self._api.report(report_id))
        first_lines = "\n".join(text.strip().splitlines()[:MAX_REPORT_LINES])
        self._console.print(Panel(Markdown(f"{first_lines}\n\n…"), title=output["title"]))
        self._console.print(
            f"Report as PDF: {pdf} ({pdf.stat().st_size // 1024} KB)", soft_wrap=True
        )

    def _measure(self, step: str, work: Callable[[], T]) -> T:
        started_at = time.monotonic()
        try:
            return work()
        finally:
            self._timings.append((step, time.monotonic() - started_at))


def classification_table(files: list[dict[str, Any]]) -> Table:
    table = Table("document", "category", "confidence", "text from", title="Classification")
    for file in files:
        if file["status"] == "classified":
            confidence = f"{file['confidence']:.0%}"
            table.add_row(file["name"], file["category"], confidence, file["method"])
        else:
            table.add_row(file["name"], f"[red]{file['error']['code']}[/]", "", "")
    return table


def evidence_table(items: list[dict[str, Any]]) -> Table:
    table = Table("document", "page", "passage", title=f"Evidence: {SEARCH_QUERY}")
    for item in items:
        passage = " ".join(item["snippet"].split())[:MAX_PASSAGE_CHARACTERS]
        table.add_row(item["name"], str(item["page"] or ""), f"{passage} …")
    return table


def timing_table(measured: list[tuple[str, float]]) -> Table:
    table = Table("step", "seconds", title="Timings")
    for step, seconds in measured:
        table.add_row(step, f"{seconds:.2f}")
    return table
