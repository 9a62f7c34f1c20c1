"""`python -m bench`: compares Conveyor and other job systems with raw Celery on Redis.

BENCH_JOBS and BENCH_ROUNDS set the size. All contenders run on the same servers, in turn, in one
run: compare the ratios, because absolute figures of a machine differ by a quarter from run to run.
The last line of the output is the report as JSON.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from bench import report
from bench.contenders import Contender, list_services
from bench.counters import Counters, postgres_arguments
from bench.line_up import line_up
from bench.measure import Measurement, Workload, count_runs, count_submissions, measure
from bench.processes import resume, suspend
from config import env
from config.embedded.data_folder import DataFolder
from tests.acceptance.installation import Installation

if TYPE_CHECKING:
    from bench.report import Spread

JOBS = env.integer("BENCH_JOBS", 500, at_least=1)
ROUNDS = env.integer("BENCH_ROUNDS", 3, at_least=1)
COUNTED_JOBS = env.integer("BENCH_COUNTED_JOBS", 200, at_least=1)
PARTS = env.words("BENCH_PARTS", ["rounds", "counts", "documents"])
LATENCY_SAMPLES = 30
KINDS = {"conveyor": ("progress", "limited")}
"""Kinds of jobs to measure, besides `echo`."""
COUNTED = {
    "raw": (("submit", "echo", COUNTED_JOBS), ("run", "echo", COUNTED_JOBS)),
    "conveyor": (
        ("submit", "echo", COUNTED_JOBS),
        ("submit", "batch", 1000),
        ("run", "echo", COUNTED_JOBS),
        ("run", "progress", COUNTED_JOBS),
    ),
    "conveyor_rest": (("submit", "echo", COUNTED_JOBS),),
}
"""What to count of each contender: the phase, the kind of jobs, and their number."""


def main() -> None:
    """Start a stack, measure, and print the report."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that it stops the stack
    with tempfile.TemporaryDirectory(prefix="conveyor-bench-") as folder:
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "LOG_LEVEL": "WARNING",
            "JOBS_LEASE": "30",
            "EMBEDDED_PG_ARGS": postgres_arguments(),
        }
        os.environ.update(environment, CONVEYOR_TEST_DATA=folder)
        installation = Installation(folder=Path(folder), environment=environment)
        installation.start()
        try:
            result = measure_all(installation)
        finally:
            resume(list_services(installation))
            installation.stop()
        print(report.format_last_line(result))


def measure_all(installation: Installation) -> dict[str, Any]:
    """Measure each part, print its table, and return the report."""
    suspend(list_services(installation))
    load = round(os.getloadavg()[0], 2)
    result: dict[str, Any] = {"jobs": JOBS, "rounds": ROUNDS, "load_average": load}
    with _open_counters(installation) as counters, line_up(installation) as (contenders, skipped):
        result["skipped"] = skipped
        for name, reason in skipped.items():
            print(f"{name} is skipped: {reason}\n")
        if "rounds" in PARTS:
            result |= report_rounds(installation, contenders)
        if "counts" in PARTS:
            result["counts"] = report_counts(counters, contenders)
    resume(list_services(installation))
    if "documents" in PARTS:
        result["documents"] = report_documents(installation)
    return result


def report_rounds(installation: Installation, contenders: list[Contender]) -> dict[str, Any]:
    """Measure the rounds; drop the first one, which is a warm-up."""
    workload = Workload(
        jobs=JOBS, singles=LATENCY_SAMPLES, postgres=installation.server("postgres")
    )
    rounds: dict[str, list[Measurement]] = {contender.name: [] for contender in contenders}
    for number in range(ROUNDS + 1):
        for contender in contenders:
            print(f"round {number} of {ROUNDS}: {contender.name}", flush=True)
            kinds = KINDS.get(contender.name, ())
            rounds[contender.name].append(measure(contender, workload, kinds=kinds))
    rounds = {name: measurements[1:] for name, measurements in rounds.items()}
    summary = report.summarize(rounds)
    shares = report.summarize_kinds(rounds["conveyor"])
    print(f"\n{JOBS} jobs a round, {ROUNDS} rounds, in turn on one stack.")
    print("Median, and the ratio to raw Celery: minimum / median / maximum.\n")
    print(report.format_table(summary))
    for kind, share in shares.items():
        medians = ", ".join(f"{name} {one['median']:.2f}" for name, one in share.items())
        print(f"Conveyor, share of its plain jobs with `{kind}`: {medians}")
    return {**summary, "shares": shares}


def report_counts(counters: Counters, contenders: list[Contender]) -> dict[str, dict[str, float]]:
    """Count what one job costs PostgreSQL and Valkey."""
    phases = {"submit": count_submissions, "run": count_runs}
    counts = {}
    for contender in contenders:
        for phase, kind, jobs in COUNTED.get(contender.name, ()):
            name = f"{contender.name} {phase} {kind}"
            print(f"counting: {name}", flush=True)
            counts[name] = phases[phase](contender, counters, kind=kind, jobs=jobs)
    print("\nCounts of PostgreSQL and Valkey, per job\n")
    print(report.format_counts(counts))
    return counts


@contextmanager
def _open_counters(installation: Installation) -> Iterator[Counters]:
    counters = Counters(
        host=str(DataFolder(path=installation.folder).sockets),
        database="app",
        valkey=installation.redis,
        has_statements=bool(postgres_arguments()),
    )
    try:
        yield counters
    finally:
        counters.close()


def report_documents(installation: Installation) -> dict[str, "Spread"]:
    """Measure jobs that read documents; return the ratios to extraction alone."""
    django.setup()
    from bench import documents  # only after Django's setup

    timings = documents.measure(installation)
    documents.print_report(timings, documents.measure_many_files(installation))
    return {kind: report.spread([one.extraction / one.job]) for kind, one in timings.items()}


if __name__ == "__main__":
    main()
