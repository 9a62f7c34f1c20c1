"""The verdict on a run, read from the database and the ledger of effects."""

import contextlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

from jobs.models.states import TERMINAL, TRANSITIONS, State
from tests.chaos.attacks import Kill
from tests.chaos.load import LETTERS

LIMIT = 3
"""Active jobs of type `limited` that a user may have."""
Row = dict[str, Any]

JOBS = "SELECT id::text AS job, type, state, output, error->>'code' AS code FROM jobs_job"
LOGS = """
    SELECT job_id::text AS job, number, kind, state, attempt, at, data
    FROM jobs_jobevent ORDER BY job_id, number
"""
PARTS = """
    SELECT parent_id::text AS job, array_agg(part_number) AS parts
    FROM jobs_job WHERE parent_id IS NOT NULL GROUP BY parent_id
"""


@dataclass(kw_only=True)
class Verdict:
    """Figures of one run. The lists are job ids, or names of attacks, and must be empty."""

    accepted: int = 0
    terminal: int = 0
    lost: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    """Workers run all the time, so no job may expire, however long it waits."""
    completed_twice: list[str] = field(default_factory=list)
    steps_run_twice_after_completion: list[str] = field(default_factory=list)
    stale_writes_accepted: list[str] = field(default_factory=list)
    impossible_logs: list[str] = field(default_factory=list)
    wrongly_split: list[str] = field(default_factory=list)
    limit_overruns: list[str] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    attacks: dict[str, int] = field(default_factory=dict)
    """How often each attack succeeded."""
    attacks_not_made: list[str] = field(default_factory=list)
    """Required attacks that did not succeed once."""
    restart_after_kill_of_a_child: float | None = None
    """Median seconds from kill -9 of a process to the next start of its job."""
    restart_after_loss_of_a_worker: float | None = None
    """Median seconds, where the whole worker was killed and the lease had to run out."""
    longest_restart: float | None = None
    """The longest of either, whatever else was down at the time."""

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return not any(value for value in asdict(self).values() if isinstance(value, list))


def judge(
    connection: "psycopg2.extensions.connection",
    accepted: Iterable[str],
    ledger: Path,
    kills: list[Kill],
) -> Verdict:
    """Judge a run that is over."""
    jobs = {row["job"]: row for row in _rows(connection, JOBS)}
    logs: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(connection, LOGS):
        logs[row["job"]].append(row)
    parts = {row["job"]: row["parts"] for row in _rows(connection, PARTS)}
    wanted = set(accepted)
    verdict = Verdict(accepted=len(wanted))
    for job_id in wanted:
        _judge_outcome(job_id, jobs.get(job_id), verdict)
    for job_id, log in logs.items():
        _judge_log(job_id, jobs[job_id], log, verdict)
    verdict.limit_overruns = _overruns(
        [log for job_id, log in logs.items() if jobs[job_id]["type"] == "limited"]
    )
    verdict.wrongly_split = [
        job_id for job_id in wanted & jobs.keys() if not _is_whole(jobs[job_id], parts.get(job_id))
    ]
    verdict.steps_run_twice_after_completion = _repeated_steps(logs, ledger)
    _time_restarts(logs, kills, verdict)
    return verdict


def _rows(connection: "psycopg2.extensions.connection", query: str) -> list[Row]:
    with contextlib.closing(connection.cursor(cursor_factory=RealDictCursor)) as cursor:
        cursor.execute(query)
        return [dict(row) for row in cursor.fetchall()]


def _judge_outcome(job_id: str, job: Row | None, verdict: Verdict) -> None:
    state, code = (job["state"], job["code"]) if job else ("missing", None)
    outcome = f"{state}: {code}" if code else state
    verdict.outcomes[outcome] = verdict.outcomes.get(outcome, 0) + 1
    if state in TERMINAL:
        verdict.terminal += 1
    else:
        verdict.lost.append(job_id)
    if code == "expired":
        verdict.expired.append(job_id)


def _judge_log(job_id: str, job: Row, log: list[Row], verdict: Verdict) -> None:
    if sum(event["kind"] == "completed" for event in log) > 1:
        verdict.completed_twice.append(job_id)
    before, attempt = None, 0
    for number, event in enumerate(log, 1):
        moved = event["state"] != before
        possible = before is None or not moved or event["state"] in TRANSITIONS[State(before)]
        rises = event["attempt"] == attempt + (event["kind"] == "started")
        if event["number"] != number or not possible or not rises:
            verdict.impossible_logs.append(f"{job_id}#{number}")
        before, attempt = event["state"], event["attempt"]
    if before != job["state"]:
        verdict.impossible_logs.append(f"{job_id} ends as {job['state']}")
    believed = job["output"]["text"] if job["type"] == "stepping" and job["output"] else None
    # The handler wrote down which attempt it was: only the newest may have been believed.
    if believed not in (None, f"attempt {attempt}"):
        verdict.stale_writes_accepted.append(job_id)


def _is_whole(job: Row, parts: list[int] | None) -> bool:
    """Whether a job that was split has each part once, and gathered all of them in order."""
    if job["type"] != "splitting" or job["state"] != "completed":
        return True
    numbers = [number for number, _ in enumerate(LETTERS, 1)]
    return sorted(parts or []) == numbers and bool(job["output"] == {"text": LETTERS})


def _repeated_steps(logs: dict[str, list[Row]], ledger: Path) -> list[str]:
    """Find effects of a step that happened after its completion was stored."""
    completed: dict[tuple[str, str], float] = {}
    for job_id, log in logs.items():
        for event in log:
            if event["kind"] == "step_completed":
                key = (job_id, event["data"]["step"])
                completed.setdefault(key, event["at"].timestamp())
    repeated = []
    for line in ledger.read_text().splitlines() if ledger.exists() else ():
        job_id, step, at = line.split()
        if float(at) > completed.get((job_id, step), float("inf")):
            repeated.append(f"{job_id} {step}")
    return repeated


def _overruns(logs: list[list[Row]]) -> list[str]:
    """Find times at which more jobs of the limited type were active than the limit allows."""
    changes: list[tuple[datetime, int, str]] = []
    for log in logs:
        changes.append((log[0]["at"], 1, log[0]["job"]))
        changes += [(e["at"], -1, e["job"]) for e in log[-1:] if e["state"] in TERMINAL]
    active, overruns = 0, []
    for _, change, job_id in sorted(changes):
        active += change
        if active > LIMIT:
            overruns.append(job_id)
    return overruns


def _time_restarts(logs: dict[str, list[Row]], kills: list[Kill], verdict: Verdict) -> None:
    waits: dict[bool, list[float]] = {False: [], True: []}
    for log in logs.values():
        for kill in kills:
            if (wait := _restart(log, kill)) is not None:
                waits[kill.whole_worker].append(wait)
    if waits[False]:
        verdict.restart_after_kill_of_a_child = round(median(waits[False]), 2)
    if waits[True]:
        verdict.restart_after_loss_of_a_worker = round(median(waits[True]), 2)
    verdict.longest_restart = round(max(waits[False] + waits[True], default=0.0), 2)


def _restart(log: list[Row], kill: Kill) -> float | None:
    """Give the seconds from a kill to the next start of a job that the killed process ran."""
    hit = None
    for event in log:
        at = event["at"].timestamp()
        if event["kind"] == "started":
            if hit is not None:
                return float(at - kill.at)
            pid = int(event["data"]["worker"].rpartition("/")[2])
            hit = event if pid in kill.pids and at < kill.at else None
        elif hit is not None and at < kill.at and event["state"] != "running":
            hit = None
    return None
