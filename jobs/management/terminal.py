"""How jobs look in a terminal, and as JSON for programs."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from jobs.errors import ConveyorError, InvalidSubmission
from jobs.models import Job
from jobs.models.states import State
from jobs.registry import JobType

COLOURS = {
    State.COMPLETED: "green",
    State.FAILED: "red",
    State.CANCELLED: "yellow",
    State.RUNNING: "cyan",
}


def job_as_json(job: Job) -> dict[str, Any]:
    """Give what programs are told of a job."""
    names = ("id", "type", "state", "progress", "message", "attempt", "max_attempts", "priority")
    times = ("created_at", "run_at", "started_at", "finished_at")
    return {
        **{name: getattr(job, name) for name in names},
        "id": str(job.pk),
        "owner": job.owner.get_username(),
        "organization": job.organization.slug,
        **{name: getattr(job, name) for name in ("input", "output", "error", "labels", "usage")},
        **{name: _rfc3339(getattr(job, name)) for name in times},
    }


def type_as_json(declared: JobType) -> dict[str, Any]:
    """Give what programs are told of a job type."""
    return {
        "name": declared.name,
        "description": _description(declared),
        "input_schema": declared.input.model_json_schema(),
    }


def refusal_as_json(error: ConveyorError) -> dict[str, Any]:
    """Give what programs are told of a refusal."""
    faults = error.faults if isinstance(error, InvalidSubmission) else ()
    errors = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in faults]
    return {"code": error.code, "detail": error.message, "errors": errors}


def jobs_table(jobs: Iterable[Job]) -> Table:
    """Show jobs, one a line."""
    whole = Column("id", no_wrap=True, min_width=36)  # `show`, `cancel`, `retry` take it
    rest = [
        Column(name, no_wrap=True) for name in ("type", "state", "progress", "owner", "created")
    ]
    table = Table(whole, *rest, box=None, pad_edge=False)
    for job in jobs:
        table.add_row(
            str(job.pk),
            job.type,
            _state(job),
            f"{job.progress} %",
            Text(job.owner.get_username()),
            f"{timezone.localtime(job.created_at):%Y-%m-%d %H:%M:%S}",
        )
    return table


def types_table(types: Iterable[JobType]) -> Table:
    """Show job types and the keys of their inputs; one with a star has to be given."""
    table = Table("type", "input", "what it does", box=None, pad_edge=False)
    for declared in types:
        schema = declared.input.model_json_schema()
        needed = schema.get("required", ())
        keys = [f"{key}*" if key in needed else key for key in schema.get("properties", {})]
        table.add_row(declared.name, Text(" ".join(keys)), Text(_description(declared)))
    return table


def job_sheet(job: Job) -> Table:
    """Show one job in full."""
    sheet = Table.grid(padding=(0, 2))
    for name, value in job_as_json(job).items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        if value not in (None, "", {}):
            sheet.add_row(name, _state(job) if name == "state" else Text(shown))
    return sheet


def watch(jobs: Iterable[Job], console: Console) -> None:
    """Draw a job's progress until its readings end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[message]}", markup=False),
    )
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task("", total=100, message="")
        for job in jobs:
            said = job.message if job.state == State.RUNNING and job.message else job.state
            bars.update(bar, description=job.type, completed=job.progress, message=said)


def outcome(job: Job) -> Text:
    """Say in a line how a job ended."""
    why = f": {job.error['message']} ({job.error['code']})" if job.error else ""
    return _state(job) + Text(f" {job.pk}{why}")


def _state(job: Job) -> Text:
    return Text(job.state, COLOURS.get(State(job.state), ""))


def _description(declared: JobType) -> str:
    lines = (declared.handler.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _rfc3339(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None
