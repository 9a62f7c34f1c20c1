"""`python -m bench`: a job against a raw Celery task, documents against bare extraction.

BENCH_JOBS and BENCH_ROUNDS are respected.

Both run on the same stack, in turn, in one run: read the ratios. The machine's own figures differ
by a quarter from run to run.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django
import psutil

from config import env
from tests.acceptance.installation import Installation

if TYPE_CHECKING:
    from bench.measure import Figures

JOBS = env.integer("BENCH_JOBS", 500, at_least=1)
ROUNDS = env.integer("BENCH_ROUNDS", 3, at_least=1)
SINGLES = 30


def main() -> None:
    """Start a stack of its own, take the rounds in turn, print the ratios."""
    with tempfile.TemporaryDirectory(prefix="conveyor-bench-") as folder:
        told = {"DJANGO_SETTINGS_MODULE": "bench.settings", "LOG_LEVEL": "WARNING"}
        os.environ.update(told, CONVEYOR_TEST_DATA=folder)
        installation = Installation(folder=Path(folder), environment=told)
        installation.start()
        try:
            report(run(installation))
            from bench import documents  # not before Django is set up

            documents.report(
                documents.measure(installation), documents.memory_of_many(installation)
            )
        finally:
            installation.stop()


def run(installation: Installation) -> "dict[str, list[Figures]]":
    """Take the rounds; the first, which warms everything up, does not count."""
    django.setup()
    from django.contrib.auth.models import User

    from bench.measure import Contestant, Conveyor, RawCelery, measure

    @contextmanager
    def held() -> Iterator[None]:
        worker = installation.service("worker")
        processes = [worker, *worker.children()]
        _each(processes, psutil.Process.suspend)
        try:
            yield
        finally:
            _each(processes, psutil.Process.resume)

    contestants: dict[str, Contestant] = {
        "job": Conveyor(User.objects.get(username="demo")),
        "raw": RawCelery(),
    }
    figures: dict[str, list[Figures]] = {name: [] for name in contestants}
    for _ in range(ROUNDS + 1):
        for name, one in contestants.items():
            figures[name].append(measure(one, jobs=JOBS, singles=SINGLES, held=held))
    return {name: taken[1:] for name, taken in figures.items()}


def report(figures: "dict[str, list[Figures]]") -> None:
    """Print medians, and a job's share of what a raw task does."""
    print(f"{JOBS} jobs a round, median of {ROUNDS} rounds, in turn on one stack\n")
    print(f"{'':32}{'raw Celery':>12}{'job':>12}{'ratio':>9}")
    rows = (
        ("submitted a second, one process", "submit", 1, ".0f"),
        ("drained a second, two workers", "drain", 1, ".0f"),
        ("ms to the result, idle (p50)", "answer", 1000, ".1f"),
    )
    for title, name, scale, form in rows:
        raw, job = (
            scale * statistics.median(getattr(one, name) for one in figures[who])
            for who in ("raw", "job")
        )
        print(f"{title:32}{raw:>12{form}}{job:>12{form}}{job / raw:>9.2f}")
    print("\nA raw task keeps its result in Redis for an hour; a job has a row, a log and a lease.")


def _each(processes: list[psutil.Process], verb: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        verb(process)


if __name__ == "__main__":
    main()
