"""Arranges a result for a chart: one entry per mark, with fixed field names."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.data.computation.results import Result, ResultColumn

MAX_SERIES = 8

Entry = dict[str, Any]
"""`x` and `y`, `c` for the series if there are several, `t` for the tooltip."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """The data of a chart."""

    entries: list[Entry]
    x: ResultColumn
    y: ResultColumn
    y_title: str
    series: str = ""
    """Name of what distinguishes the series; "" if there is one."""
    names: tuple[str, ...] = ()
    """Names of the series, in order."""
    notes: tuple[str, ...] = ()

    @property
    def places(self) -> list[Any]:
        """Distinct values of `x`, in order."""
        return list(dict.fromkeys(entry["x"] for entry in self.entries))


def series(result: Result, *, labelled: bool) -> Series:
    """Arrange a result; `labelled` gives `x` as text, otherwise as a time or number."""
    if result.view.columns:
        return _of_rows(result)
    x, measures = result.columns[0], result.measures
    entries = list(_entries(result, labelled=labelled))
    several = len(result.groups) == 2 or len(measures) > 1
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if several:
        weights: Counter[str] = Counter()
        for entry in entries:
            weights[entry["c"]] += abs(entry["y"])
        names = tuple(name for name, _ in weights.most_common(MAX_SERIES))
        if len(names) < len(weights):
            title = result.view.title
            entries = [entry for entry in entries if entry["c"] in names]
            notes = (
                f"The chart of “{title}” has the {MAX_SERIES} largest of {len(weights)} series.",
            )
    return Series(
        entries=entries,
        x=x,
        y=measures[0],
        y_title=title_with_unit(measures[0]) if len(measures) == 1 else "",
        series=result.groups[1].name if len(result.groups) == 2 else "Figure" if several else "",
        names=names,
        notes=notes,
    )


def title_with_unit(column: ResultColumn) -> str:
    """Return the name of a column with its unit."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _entries(result: Result, *, labelled: bool) -> Iterator[Entry]:
    groups, measures = result.groups, result.measures
    for row in result.rows:
        key = [column.format(value) for column, value in zip(groups, row, strict=False)]
        for measure, value in zip(measures, row[len(groups) :], strict=True):
            if value is None or (row[0] is None and not labelled):
                continue
            entry = {"x": key[0] if labelled else row[0], "y": value}
            if len(groups) == 2:
                entry["c"] = key[1]
            elif len(measures) > 1:
                entry["c"] = measure.name
            entry["t"] = f"{', '.join(key)}: {measure.format(value)}"
            yield entry


def _of_rows(result: Result) -> Series:
    x, y, *others = result.columns
    entries = []
    for row in result.rows:
        if row[0] is None or row[1] is None:
            continue
        entry = {"x": row[0], "y": row[1], "t": f"{x.format(row[0])}: {y.format(row[1])}"}
        if others:
            entry["c"] = others[0].format(row[2])
        entries.append(entry)
    counted = Counter(entry.get("c") for entry in entries)
    if not others or len(counted) > MAX_SERIES:
        return Series(
            entries=[{**one, "c": ""} for one in entries], x=x, y=y, y_title=title_with_unit(y)
        )
    names = tuple(str(name) for name, _ in counted.most_common())
    return Series(
        entries=entries, x=x, y=y, y_title=title_with_unit(y), series=others[0].name, names=names
    )
