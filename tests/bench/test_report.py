"""The report of the benchmark, on made-up measurements."""

import json
from dataclasses import replace

import pytest

from bench import report
from bench.counters import per_job
from bench.measure import Measurement

RAW = Measurement(
    submitted_per_second=1000.0,
    drained_per_second=800.0,
    latency_ms=4.0,
    memory_mb=80.0,
    child_memory_mb=30.0,
    submit_cpu_ms=1.0,
    worker_cpu_ms=2.0,
    submit_postgres_cpu_ms=0.0,
    run_postgres_cpu_ms=0.0,
)
JOB = replace(
    RAW,
    submitted_per_second=250.0,
    latency_ms=12.0,
    submit_postgres_cpu_ms=1.5,
    run_postgres_cpu_ms=1.5,
    drained_by_kind={"progress": 600.0},
    submitted_by_kind={"progress": 250.0},
)
SLOW_RAW = replace(RAW, submitted_per_second=500.0, latency_ms=8.0)
ROUNDS = {
    "raw": [RAW, SLOW_RAW, RAW],
    "conveyor": [JOB, replace(JOB, submitted_per_second=200.0), replace(JOB, latency_ms=20.0)],
}


def test_a_ratio_compares_the_same_round() -> None:
    ratios = report.summarize(ROUNDS)["ratios"]
    submitted = ratios["conveyor"]["submitted_per_second"]
    assert submitted == {"min": 0.25, "median": 0.25, "max": 0.4}
    assert ratios["conveyor"]["latency_ms"] == {"min": 1.5, "median": 3.0, "max": 5.0}
    assert set(map(tuple, (one.values() for one in ratios["raw"].values()))) == {(1.0, 1.0, 1.0)}


def test_the_cpu_of_a_job_is_that_of_all_processes() -> None:
    assert report.summarize(ROUNDS)["ratios"]["conveyor"]["total_cpu_ms"]["median"] == 2.0


def test_a_measure_that_the_baseline_lacks_has_no_ratio() -> None:
    summary = report.summarize(ROUNDS)
    assert "run_postgres_cpu_ms" not in summary["ratios"]["conveyor"]
    assert summary["values"]["conveyor"]["run_postgres_cpu_ms"]["max"] == 1.5
    [row] = [r for r in report.format_table(summary).split("\n") if "PostgreSQL, run" in r]
    assert row.split()[-2:] == ["0.00", "1.50"]


def test_rounds_of_different_number_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="longer"):
        report.ratios([1.0], [1.0, 2.0])


def test_the_share_of_a_kind_of_jobs_compares_with_plain_jobs_of_the_round() -> None:
    shares = report.summarize_kinds(ROUNDS["conveyor"])
    assert shares["progress"]["drained_per_second"]["median"] == 0.75
    assert shares["progress"]["submitted_per_second"] == {"min": 1.0, "median": 1.0, "max": 1.25}


def test_the_last_line_is_one_json_object_with_every_ratio() -> None:
    line = report.format_last_line({"jobs": 3, **report.summarize(ROUNDS)})
    assert "\n" not in line
    ratios = json.loads(line)["ratios"]["conveyor"]
    assert set(ratios) == {name for name, _, _ in report.ROWS if "postgres" not in name}
    assert all(set(one) == {"min", "median", "max"} for one in ratios.values())


def test_counts_are_per_job() -> None:
    counts = per_job({"sql_statements": 100.0}, {"sql_statements": 500.0}, 200)
    assert counts == {"sql_statements": 2.0}
    table = report.format_counts({"raw submit": counts, "raw run": {"sql_statements": 3.0}})
    assert table.split("\n")[1].split() == ["sql_statements", "2.00", "3.00"]
