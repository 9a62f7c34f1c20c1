"""Arithmetic and output of the report: ratios by round, their spread, and the line of JSON."""

import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from bench.measure import Measurement

BASELINE = "raw"
Spread = dict[str, float]
"""The keys `min`, `median` and `max`."""
ROWS = (
    ("submitted_per_second", "submitted per second, one process", ".0f"),
    ("drained_per_second", "drained per second, two workers", ".0f"),
    ("latency_ms", "ms to the result, idle (p50)", ".1f"),
    ("memory_mb", "MB of memory (PSS)", ".0f"),
    ("child_memory_mb", "MB of one job process (PSS)", ".0f"),
    ("submit_cpu_ms", "ms of CPU a job: submitter", ".2f"),
    ("worker_cpu_ms", "ms of CPU a job: worker", ".2f"),
    ("submit_postgres_cpu_ms", "ms of CPU a job: PostgreSQL, submit", ".2f"),
    ("run_postgres_cpu_ms", "ms of CPU a job: PostgreSQL, run", ".2f"),
    ("total_cpu_ms", "ms of CPU a job: all of these", ".2f"),
)
"""Names in `Measurement`, titles and formats."""
COLUMN_WIDTH = 22


def spread(values: Sequence[float]) -> Spread:
    """Return the minimum, median and maximum, with four significant digits."""
    figures = {"min": min(values), "median": statistics.median(values), "max": max(values)}
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def ratios(values: Sequence[float], baseline: Sequence[float]) -> Spread | None:
    """Divide round by round; return the spread, or None if the baseline of a round is zero."""
    if not all(baseline):
        return None
    return spread([value / base for value, base in zip(values, baseline, strict=True)])


def summarize(
    rounds: Mapping[str, Sequence[Measurement]],
) -> dict[str, dict[str, dict[str, Spread]]]:
    """Return `values` and `ratios` to raw Celery, each by contender and measure."""
    summary: dict[str, dict[str, dict[str, Spread]]] = {"values": {}, "ratios": {}}
    for name, measurements in rounds.items():
        values, own_ratios = {}, {}
        for measure, _, _ in ROWS:
            own = [getattr(one, measure) for one in measurements]
            values[measure] = spread(own)
            ratio = ratios(own, [getattr(one, measure) for one in rounds[BASELINE]])
            if ratio is not None:
                own_ratios[measure] = ratio
        summary["values"][name], summary["ratios"][name] = values, own_ratios
    return summary


def summarize_kinds(measurements: Sequence[Measurement]) -> dict[str, dict[str, Spread]]:
    """Return the share of the plain jobs' throughput that other kinds of jobs reach."""
    shares: dict[str, dict[str, Spread]] = {}
    for kind in measurements[0].drained_by_kind:
        shares[kind] = {
            "submitted_per_second": spread(
                [one.submitted_by_kind[kind] / one.submitted_per_second for one in measurements]
            ),
            "drained_per_second": spread(
                [one.drained_by_kind[kind] / one.drained_per_second for one in measurements]
            ),
        }
    return shares


def format_table(summary: Mapping[str, Mapping[str, Mapping[str, Spread]]]) -> str:
    """Return a row per measure: the median of each contender, and min-median-max of its ratio."""
    names = list(summary["values"])
    lines = [f"{'':36}" + "".join(f"{name:>{COLUMN_WIDTH}}" for name in names)]
    for measure, title, form in ROWS:
        cells = [f"{summary['values'][name][measure]['median']:{form}}" for name in names]
        lines.append(f"{title:36}" + "".join(f"{cell:>{COLUMN_WIDTH}}" for cell in cells))
        cells = [format_spread(summary["ratios"][name].get(measure)) for name in names]
        lines.append(f"{'':36}" + "".join(f"{cell:>{COLUMN_WIDTH}}" for cell in cells))
    return "\n".join(lines)


def format_counts(counts: Mapping[str, Mapping[str, float]]) -> str:
    """Return a row per counter, with a column for each phase of each contender."""
    width = max(map(len, counts), default=0) + 2
    lines = [f"{'a job':20}" + "".join(f"{name:>{width}}" for name in counts)]
    for counter in next(iter(counts.values()), {}):
        cells = (f"{one[counter]:>{width}.2f}" for one in counts.values())
        lines.append(f"{counter:20}" + "".join(cells))
    return "\n".join(lines)


def format_last_line(report: Mapping[str, Any]) -> str:
    """Return the whole report as one line of JSON."""
    return json.dumps(report, separators=(",", ":"), sort_keys=True)


def format_spread(ratio: Spread | None) -> str:
    """Return minimum, median and maximum; a dash if there is no ratio."""
    if ratio is None:
        return "-"
    return f"{ratio['min']:.2f} / {ratio['median']:.2f} / {ratio['max']:.2f}"
