"""Measures one contender: a round of timings, and the counts of one job."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from bench import processes
from bench.contenders import Contender
from bench.counters import Counters, per_job

COUNTED_JOBS_PER_SECOND = (50, 10, 2)
"""Expected rates of the workers while jobs are counted, tried until all jobs end in time."""


class TooSlow(Exception):
    """The counted jobs had not ended when the counters were read."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The size of a round."""

    jobs: int
    singles: int
    postgres: psutil.Process


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Results of one contender in one round."""

    submitted_per_second: float
    """By one process, while the workers are suspended."""
    drained_per_second: float
    """From a full queue, by two worker processes."""
    latency_ms: float
    """Median time from submission to the result on an idle stack."""
    memory_mb: float
    """PSS of all processes that must run to accept and run jobs."""
    child_memory_mb: float
    """Mean PSS of a process that runs jobs."""
    submit_cpu_ms: float
    """CPU time of the submitting process per job; for REST with that of the web process."""
    worker_cpu_ms: float
    submit_postgres_cpu_ms: float
    run_postgres_cpu_ms: float
    drained_by_kind: dict[str, float] = field(default_factory=dict)
    submitted_by_kind: dict[str, float] = field(default_factory=dict)

    @property
    def total_cpu_ms(self) -> float:
        """CPU time of a job in all these processes; Valkey is not included."""
        return (
            self.submit_cpu_ms
            + self.worker_cpu_ms
            + self.submit_postgres_cpu_ms
            + self.run_postgres_cpu_ms
        )


@dataclass(frozen=True, kw_only=True)
class Pass:
    """Results of filling and draining the queue once."""

    submitted_per_second: float
    drained_per_second: float
    cpu_ms: dict[str, float]
    """CPU milliseconds per job, by `submit`, `worker`, `submit_postgres` and `run_postgres`."""


def measure(contender: Contender, workload: Workload, *, kinds: Sequence[str] = ()) -> Measurement:
    """Measure a round, and fill and drain the queue once more for each kind of job."""
    with contender.turn():
        first = _fill_and_drain(contender, workload, "echo")
        seconds = contender.program.call("latencies", samples=workload.singles)["seconds"]
        passes = {kind: _fill_and_drain(contender, workload, kind) for kind in kinds}
        children = _job_processes(contender)
        return Measurement(
            submitted_per_second=first.submitted_per_second,
            drained_per_second=first.drained_per_second,
            latency_ms=1000 * statistics.median(seconds),
            memory_mb=processes.memory_megabytes(
                [p for root in contender.resident for p in processes.list_tree(root)]
            ),
            child_memory_mb=processes.memory_megabytes(children) / len(children),
            submit_cpu_ms=first.cpu_ms["submit"],
            worker_cpu_ms=first.cpu_ms["worker"],
            submit_postgres_cpu_ms=first.cpu_ms["submit_postgres"],
            run_postgres_cpu_ms=first.cpu_ms["run_postgres"],
            drained_by_kind={kind: one.drained_per_second for kind, one in passes.items()},
            submitted_by_kind={kind: one.submitted_per_second for kind, one in passes.items()},
        )


def _fill_and_drain(contender: Contender, workload: Workload, kind: str) -> Pass:
    """Fill the queue while the workers are suspended, then let them drain it."""
    jobs, postgres = workload.jobs, [workload.postgres]
    with processes.suspended(contender.workers):
        submit_cpu = processes.cpu_seconds(contender.submitters)
        postgres_cpu = processes.cpu_seconds(postgres)
        seconds = contender.program.call("submit", kind=kind, jobs=jobs)["seconds"]
        submit_cpu = processes.cpu_seconds(contender.submitters) - submit_cpu
        submit_postgres_cpu = processes.cpu_seconds(postgres) - postgres_cpu
        worker_cpu = processes.cpu_seconds(contender.workers)
        postgres_cpu = processes.cpu_seconds(postgres)
        resumed_at = time.time()
    contender.program.call("drain")
    worker_cpu = processes.cpu_seconds(contender.workers) - worker_cpu
    run_postgres_cpu = processes.cpu_seconds(postgres) - postgres_cpu
    ended_at = contender.program.call("last_end")["at"]
    cpu_seconds = {
        "submit": submit_cpu,
        "worker": worker_cpu,
        "submit_postgres": submit_postgres_cpu if contender.database else 0.0,
        "run_postgres": run_postgres_cpu if contender.database else 0.0,
    }
    return Pass(
        submitted_per_second=jobs / seconds,
        drained_per_second=jobs / (ended_at - resumed_at),
        cpu_ms={name: 1000 * value / jobs for name, value in cpu_seconds.items()},
    )


def _job_processes(contender: Contender) -> list[psutil.Process]:
    """Return the processes that run jobs: the children of a Celery worker, or the workers."""
    children = [child for root in contender.workers for child in root.children()]
    return children or contender.workers


def count_submissions(
    contender: Contender, counters: Counters, *, kind: str, jobs: int
) -> dict[str, float]:
    """Return the counts per job of its submission; then let the workers run the jobs."""
    with contender.turn():
        with (
            contender.undisturbed(),
            processes.suspended(contender.workers),
            counters.tracking_statements(),
        ):
            flushed, immediate = counters.read_flushed(), counters.read_immediate()
            contender.program.call("submit", kind=kind, jobs=jobs)
            submitted = counters.read_immediate()
            counts = per_job(immediate, submitted, jobs)
            counts |= per_job(flushed, counters.read_flushed(), jobs)
        contender.program.call("last_end")
    return counts


def count_runs(
    contender: Contender, counters: Counters, *, kind: str, jobs: int
) -> dict[str, float]:
    """Return the counts per job of running it, from the claim to its end.

    Raises `TooSlow` if the jobs did not end before the counters were read.
    """
    for rate in COUNTED_JOBS_PER_SECOND:
        counts = _count_runs(contender, counters, kind=kind, jobs=jobs, seconds=jobs / rate)
        if counts is not None:
            return counts
    raise TooSlow(f"{contender.name}: {jobs} jobs did not end in time to be counted.")


def _count_runs(
    contender: Contender, counters: Counters, *, kind: str, jobs: int, seconds: float
) -> dict[str, float] | None:
    """Let the workers run jobs for some seconds; return None if some had not ended by then."""
    with contender.turn(), contender.undisturbed(), counters.tracking_statements():
        with processes.suspended(contender.workers):
            contender.program.call("submit", kind=kind, jobs=jobs)
            flushed, immediate = counters.read_flushed(), counters.read_immediate()
        time.sleep(seconds)  # polling would run statements
        read_at, ended = time.time(), counters.read_immediate()
        counts = per_job(immediate, ended, jobs)
        counts |= per_job(flushed, counters.read_flushed(), jobs)
        return counts if contender.program.call("last_end")["at"] < read_at else None
