"""Output of the `jobs` command: text for a terminal, and JSON for programs."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from textwrap import indent
from typing import Any

from django.core.management.base import OutputWrapper
from django.core.management.color import Style
from django.utils import timezone

from jobs.dispatch.waiting import WaitingFor
from jobs.errors import ConveyorError, InvalidSubmission
from jobs.models import Job
from jobs.models.states import State
from jobs.registry import JobType

STYLES: Mapping[str, str] = {
    State.COMPLETED: "SUCCESS",
    State.FAILED: "ERROR",
    State.CANCELLED: "WARNING",
    State.RUNNING: "MIGRATE_HEADING",
}
"""Styles of Django's palette, by state."""


def job_as_json(job: Job, wait: WaitingFor | None) -> dict[str, Any]:
    """Return a job as JSON values, with the reason why it has not started."""
    names = ("id", "type", "state", "progress", "message", "attempt", "max_attempts", "priority")
    times = ("created_at", "run_at", "started_at", "finished_at")
    return {
        **{name: getattr(job, name) for name in names},
        "id": str(job.pk),
        "owner": job.owner.get_username(),
        "organization": job.organization.slug,
        **{name: getattr(job, name) for name in ("input", "output", "error", "labels", "usage")},
        **{name: _rfc3339(getattr(job, name)) for name in times},
        "waiting_for": None
        if wait is None
        else {
            "reason": str(wait.reason),
            "message": wait.message,
            "position": wait.position,
            "estimated_start": _rfc3339(wait.estimated_start),
        },
    }


def type_as_json(job_type: JobType) -> dict[str, Any]:
    """Return a job type as JSON values."""
    return {
        "name": job_type.name,
        "description": _description(job_type),
        "input_schema": job_type.input.model_json_schema(),
    }


def error_as_json(error: ConveyorError) -> dict[str, Any]:
    """Return an error as JSON values."""
    faults = error.faults if isinstance(error, InvalidSubmission) else ()
    errors = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in faults]
    return {"code": error.code, "detail": error.message, "errors": errors}


def jobs_table(jobs: Iterable[tuple[Job, WaitingFor | None]], style: Style) -> str:
    """Return a table of jobs. Ids are complete, for use with `show`, `cancel` and `retry`."""
    rows = [("id", "type", "state", "progress", "owner", "created", "waiting for")]
    rows += [
        (
            str(job.pk),
            job.type,
            job.state,
            f"{job.progress} %",
            job.owner.get_username(),
            f"{timezone.localtime(job.created_at):%Y-%m-%d %H:%M:%S}",
            str(wait.reason) if wait else "",
        )
        for job, wait in jobs
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        cells[2] = _colour(cells[2], style)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def types_table(types: Iterable[JobType], style: Style) -> str:
    """Return the job types with the keys of their inputs; a star marks a required key."""
    lines = []
    for job_type in types:
        schema = job_type.input.model_json_schema()
        required = schema.get("required", ())
        keys = [f"{key}*" if key in required else key for key in schema.get("properties", {})]
        lines += [f"{style.HTTP_INFO(job_type.name)}  {' '.join(keys)}".rstrip()]
        lines += [f"    {description}"] if (description := _description(job_type)) else []
    return "\n".join(lines)


def format_job(job: Job, wait: WaitingFor | None, style: Style) -> str:
    """Return all details of a job."""
    values = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        for name, value in job_as_json(job, None).items()
        if value not in (None, "", {})
    }
    if wait is not None:
        start = f" Start: {_rfc3339(wait.estimated_start)}." if wait.estimated_start else ""
        values["waiting_for"] = f"{wait.message}{start}"
    values["state"] = _colour(job.state, style)
    width = max(map(len, values)) + 2
    lines = (
        name.ljust(width) + indent(text, " " * width).lstrip() for name, text in values.items()
    )
    return "\n".join(lines)


def watch(jobs: Iterable[Job], out: OutputWrapper) -> None:
    """Show a job's progress until its readings end: as a bar if rich is installed, or as text.

    rich is installed for `make run` and `make demo`, but not in deployments.
    """
    try:
        from rich import console, progress
    except ModuleNotFoundError:
        lines = (f"{job.type}  {job.progress} %  {_status(job)}" for job in jobs)
        for line, _ in groupby(lines):  # a reading may equal the previous one
            out.write(line)
        return
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.fields[message]}", markup=False),
    )
    terminal = console.Console(file=out, highlight=False, soft_wrap=True)  # type: ignore[arg-type]  # Django's wrapper writes like a file
    with progress.Progress(*columns, console=terminal) as bars:
        bar = bars.add_task("", total=100, message="")
        for job in jobs:
            bars.update(bar, description=job.type, completed=job.progress, message=_status(job))


def format_outcome(job: Job, style: Style) -> str:
    """Return one line about how a job ended."""
    error = f": {job.error['message']} ({job.error['code']})" if job.error else ""
    return f"{_colour(job.state, style)} {job.pk}{error}"


def _status(job: Job) -> str:
    return job.message if job.state == State.RUNNING and job.message else job.state


def _colour(state: str, style: Style) -> str:
    """Return a state, which may be padded, in its colour."""
    name = STYLES.get(state.strip())
    return str(getattr(style, name)(state)) if name else state


def _description(job_type: JobType) -> str:
    lines = (job_type.handler.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _rfc3339(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None
