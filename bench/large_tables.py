"""`python -m bench.large_tables`: what operations cost in a large table, and what a purge costs.

Two databases of one PostgreSQL: one has BENCH_ENDED ended and BENCH_PENDING pending jobs, the other
one has a thousand ended jobs. Operations run in both in turn; compare the ratios. The last line of
the output is the report as JSON.
"""

import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import report
from bench.contenders import Program
from bench.line_up import create_database
from bench.table_filler import TableFiller
from config import env
from config.embedded.data_folder import DataFolder
from config.embedded.session import run_servers
from config.service_urls import celery_url

ENDED_JOBS = env.integer("BENCH_ENDED", 1_000_000, at_least=1000)
PENDING_JOBS = env.integer("BENCH_PENDING", 100_000, at_least=0)
PURGED_JOBS = env.integer("BENCH_PURGED", 20_000, at_least=0)
ROUNDS = env.integer("BENCH_ROUNDS", 5, at_least=1)
SMALL_TABLE_JOBS = 1000
"""Not empty, so that the lists of both databases have full pages."""
TIMES = {
    "submit": 50,
    "list by state": 10,
    "list by type": 10,
    "list by label": 10,
    "summary": 3,
    "rescue": 10,
    "relay": 5,
}
"""Operations, and how often each runs in a round."""
RUNS = 10
SUBMISSIONS_BEFORE_PURGE = 200


def main() -> None:
    """Start the servers, measure, and print the report."""
    with tempfile.TemporaryDirectory(prefix="conveyor-bench-") as path:
        folder = DataFolder(path=Path(path).resolve())
        with run_servers(folder.path):
            small = make_table(folder, "small", redis=1, ended=SMALL_TABLE_JOBS, pending=0)
            large = make_table(folder, "large", redis=2, ended=ENDED_JOBS, pending=PENDING_JOBS)
            result = {
                "ended": ENDED_JOBS,
                "pending": PENDING_JOBS,
                "load_average": round(os.getloadavg()[0], 2),
                "first_relay_seconds": time_first_relay(large),
                **compare(small, large),
                "purge": purge(large),
            }
            print(report.format_last_line(result))


@dataclass(frozen=True, kw_only=True)
class Table:
    """A filled database, and a program that runs operations in it."""

    program: Program
    filler: TableFiller
    environment: Mapping[str, str]


def make_table(folder: DataFolder, name: str, *, redis: int, ended: int, pending: int) -> Table:
    """Create and fill a database."""
    create_database(folder, name)
    environment = {
        "DATABASE_URL": f"postgresql://app@/{name}?host={folder.sockets}",
        "REDIS_URL": f"unix://{folder.valkey_socket}?db={redis}",
        "CELERY_RESULT_BACKEND": celery_url(folder.redis_url, database=redis + 8),
        "SECRET_KEY": "benchmark",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "CONVEYOR_TEST_DATA": str(folder.path),
        "LOG_LEVEL": "ERROR",
    }
    program = Program(sys.executable, "bench.operations", environment)
    filler = TableFiller(host=str(folder.sockets), database=name)
    program.call("prepare")
    templates = program.call("make_templates")
    print(f"Filling a table with {ended:,} ended and {pending:,} pending jobs", flush=True)
    filler.fill(templates, ended=ended, pending=pending, expired=min(PURGED_JOBS, ended))
    filler.vacuum()
    return Table(program=program, filler=filler, environment=environment)


def time_first_relay(large: Table) -> float:
    """Return the seconds of the round in which the relay finds the pending jobs unpublished."""
    [seconds] = large.program.call("time", operation="relay", times=1)["seconds"]
    print(f"First round of the relay with {PENDING_JOBS:,} unpublished jobs: {seconds:.2f} s")
    return float(f"{seconds:.4g}")


def compare(small: Table, large: Table) -> dict[str, dict[str, report.Spread]]:
    """Run the operations in both tables in turn; return medians in ms, and their ratios."""
    medians: dict[str, dict[str, list[float]]] = {}
    for number in range(ROUNDS + 1):
        print(f"round {number} of {ROUNDS}", flush=True)
        for name, table in (("small", small), ("large", large)):
            for operation, milliseconds in _time_round(table).items():
                if number:  # the first round is a warm-up
                    medians.setdefault(operation, {}).setdefault(name, []).append(milliseconds)
    result: dict[str, dict[str, report.Spread]] = {"small_ms": {}, "large_ms": {}, "ratios": {}}
    print(f"\n{'':16}{'small, ms':>12}{'large, ms':>12}   ratio: minimum / median / maximum")
    for operation, values in medians.items():
        ratio = report.ratios(values["large"], values["small"])
        assert ratio is not None
        result["small_ms"][operation] = report.spread(values["small"])
        result["large_ms"][operation] = report.spread(values["large"])
        result["ratios"][operation] = ratio
        print(
            f"{operation:16}{statistics.median(values['small']):>12.2f}"
            f"{statistics.median(values['large']):>12.2f}   {report.format_spread(ratio)}"
        )
    return result


def _time_round(table: Table) -> dict[str, float]:
    """Return the median milliseconds of each operation."""
    calls = {
        operation: table.program.call("time", operation=operation, times=times)
        for operation, times in TIMES.items()
    }
    calls["run"] = table.program.call("time_runs", times=RUNS)
    return {name: 1000 * statistics.median(call["seconds"]) for name, call in calls.items()}


def purge(large: Table) -> dict[str, float]:
    """Purge expired jobs while another process submits; return rates, waits and sizes."""
    submitter = Program(sys.executable, "bench.operations", large.environment)
    submitter.call("prepare")
    before = _submit(submitter, SUBMISSIONS_BEFORE_PURGE)
    size_before = large.filler.size_megabytes()
    purged: dict[str, Any] = {}
    purging = threading.Thread(target=lambda: purged.update(large.program.call("purge")))
    purging.start()
    during: list[float] = []
    while purging.is_alive():
        during += _submit(submitter, 10)
    purging.join()
    size_purged = large.filler.size_megabytes()
    large.filler.vacuum()
    submitter.stop()
    figures = {
        "jobs": purged["jobs"],
        "jobs_per_second": purged["jobs"] / purged["seconds"],
        "median_submission_ms_before": 1000 * statistics.median(before),
        "median_submission_ms_during": 1000 * statistics.median(during),
        "longest_submission_ms_before": 1000 * max(before),
        "longest_submission_ms_during": 1000 * max(during),
        "table_mb_before": size_before,
        "table_mb_purged": size_purged,
        "table_mb_vacuumed": large.filler.size_megabytes(),
    }
    print("\nPurge, while another process submits")
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):32}{value:>12,.1f}")
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def _submit(submitter: Program, times: int) -> list[float]:
    return list(submitter.call("time", operation="submit", times=times)["seconds"])


if __name__ == "__main__":
    main()
