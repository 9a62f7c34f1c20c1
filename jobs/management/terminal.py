"""How jobs look in a terminal, and as JSON for programs."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from textwrap import indent
from typing import Any

from django.core.management.base import OutputWrapper
from django.core.management.color import Style
from django.utils import timezone

from jobs.errors import ConveyorError, InvalidSubmission
from jobs.models import Job
from jobs.models.states import State
from jobs.registry import JobType

ROLES: Mapping[str, str] = {
    State.COMPLETED: "SUCCESS",
    State.FAILED: "ERROR",
    State.CANCELLED: "WARNING",
    State.RUNNING: "MIGRATE_HEADING",
}
"""Roles of Django's palette, by which states are coloured."""


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


def jobs_table(jobs: Iterable[Job], style: Style) -> str:
    """Show jobs, one a line. The id is whole: `show`, `cancel` and `retry` take it."""
    rows = [("id", "type", "state", "progress", "owner", "created")]
    rows += [
        (
            str(job.pk),
            job.type,
            job.state,
            f"{job.progress} %",
            job.owner.get_username(),
            f"{timezone.localtime(job.created_at):%Y-%m-%d %H:%M:%S}",
        )
        for job in jobs
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        cells[2] = _coloured(cells[2], style)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def types_table(types: Iterable[JobType], style: Style) -> str:
    """Show job types and the keys of their inputs; one with a star has to be given."""
    lines = []
    for declared in types:
        schema = declared.input.model_json_schema()
        needed = schema.get("required", ())
        keys = [f"{key}*" if key in needed else key for key in schema.get("properties", {})]
        lines += [f"{style.HTTP_INFO(declared.name)}  {' '.join(keys)}".rstrip()]
        lines += [f"    {described}"] if (described := _description(declared)) else []
    return "\n".join(lines)


def job_sheet(job: Job, style: Style) -> str:
    """Show one job in full."""
    shown = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        for name, value in job_as_json(job).items()
        if value not in (None, "", {})
    }
    shown["state"] = _coloured(job.state, style)
    width = max(map(len, shown)) + 2
    lines = (name.ljust(width) + indent(text, " " * width).lstrip() for name, text in shown.items())
    return "\n".join(lines)


def watch(jobs: Iterable[Job], out: OutputWrapper) -> None:
    """Show a job's progress until its readings end: as a bar where rich is installed, else as text.

    rich belongs to `make run` and `make demo`; a deployment does without it.
    """
    try:
        from rich import console, progress
    except ModuleNotFoundError:
        lines = (f"{job.type}  {job.progress} %  {_said(job)}" for job in jobs)
        for line, _ in groupby(lines):  # a reading may equal the one before
            out.write(line)
        return
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.fields[message]}", markup=False),
    )
    drawn = console.Console(file=out, highlight=False, soft_wrap=True)  # type: ignore[arg-type]  # Django's wrapper writes like a file
    with progress.Progress(*columns, console=drawn) as bars:
        bar = bars.add_task("", total=100, message="")
        for job in jobs:
            bars.update(bar, description=job.type, completed=job.progress, message=_said(job))


def outcome(job: Job, style: Style) -> str:
    """Say in a line how a job ended."""
    why = f": {job.error['message']} ({job.error['code']})" if job.error else ""
    return f"{_coloured(job.state, style)} {job.pk}{why}"


def _said(job: Job) -> str:
    return job.message if job.state == State.RUNNING and job.message else job.state


def _coloured(state: str, style: Style) -> str:
    """Give a state, which may be padded, in its colour."""
    role = ROLES.get(state.strip())
    return str(getattr(style, role)(state)) if role else state


def _description(declared: JobType) -> str:
    lines = (declared.handler.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _rfc3339(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None
