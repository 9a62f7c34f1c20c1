"""`python -m bench`: compares a job with a raw Celery task, and with extraction alone.

BENCH_JOBS and BENCH_ROUNDS set the size. Both systems run on the same stack, in turn, in one run:
compare the ratios, because absolute measurements of a machine differ by a quarter from run to run.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

from config import env
from tests.acceptance.installation import Installation

if TYPE_CHECKING:
    from bench.measure import Measurement

JOBS = env.integer("BENCH_JOBS", 500, at_least=1)
ROUNDS = env.integer("BENCH_ROUNDS", 3, at_least=1)
LATENCY_SAMPLES = 30


def main() -> None:
    """Start a stack, measure the rounds and print the ratios."""
    with tempfile.TemporaryDirectory(prefix="conveyor-bench-") as folder:
        environment = {"DJANGO_SETTINGS_MODULE": "bench.settings", "LOG_LEVEL": "WARNING"}
        os.environ.update(environment, CONVEYOR_TEST_DATA=folder)
        installation = Installation(folder=Path(folder), environment=environment)
        installation.start()
        try:
            print_report(measure_rounds(installation))
            from bench import documents  # only after Django's setup

            documents.print_report(
                documents.measure(installation), documents.measure_many_files(installation)
            )
        finally:
            installation.stop()


def measure_rounds(installation: Installation) -> "dict[str, list[Measurement]]":
    """Measure the rounds; drop the first one, which is a warm-up."""
    django.setup()
    from django.contrib.auth.models import User

    from bench.measure import Conveyor, MeasuredSystem, RawCelery, measure

    @contextmanager
    def suspend_workers() -> Iterator[None]:
        worker = installation.service("worker")
        processes = [worker, *worker.children()]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                process.resume()

    systems: dict[str, MeasuredSystem] = {
        "job": Conveyor(User.objects.get(username="demo")),
        "raw": RawCelery(),
    }
    measurements: dict[str, list[Measurement]] = {name: [] for name in systems}
    for _ in range(ROUNDS + 1):
        for name, system in systems.items():
            measurements[name].append(
                measure(system, jobs=JOBS, singles=LATENCY_SAMPLES, suspend_workers=suspend_workers)
            )
    return {name: rounds[1:] for name, rounds in measurements.items()}


def print_report(measurements: "dict[str, list[Measurement]]") -> None:
    """Print medians, and the ratio of a job to a raw task."""
    print(f"{JOBS} jobs per round, median of {ROUNDS} rounds, in turn on one stack\n")
    print(f"{'':36}{'raw Celery':>12}{'job':>12}{'ratio':>9}")
    rows = (
        ("submitted per second, one process", "submitted_per_second", 1, ".0f"),
        ("completed per second, two workers", "completed_per_second", 1, ".0f"),
        ("ms to the result, idle (median)", "latency_seconds", 1000, ".1f"),
    )
    for title, name, scale, form in rows:
        raw, job = (
            scale
            * statistics.median(getattr(one_round, name) for one_round in measurements[system])
            for system in ("raw", "job")
        )
        print(f"{title:36}{raw:>12{form}}{job:>12{form}}{job / raw:>9.2f}")
    print("\nA raw task has a result in Redis for an hour. A job has a row, a log and a lease.")


if __name__ == "__main__":
    main()
