"""From cells of text to typed columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from reports.data.tables import dates, numbers
from reports.data.tables.columns import TableColumn, Value
from reports.data.tables.numbers import Mark

T = TypeVar("T")

MISSING = frozenset(
    {"na", "n/a", "n.a.", "nan", "null", "none", "-", "–", "—", "?"}
    | {"#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"}
)
"""What stands for a missing number or date. Among words, "NA" may be Namibia, and stays."""
TRUTH = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
TOLERATED = 0.02
"""Part of a column's cells that may be none of its type; they are left out, and told."""
SAMPLED = 500
"""Different cells that settle decimal mark and order of dates."""
MOST_CATEGORIES = 1_000
LONGEST_CATEGORY = 80
SHOWN = 40
"""Characters of a cell that a note shows."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How the table's author writes what can be read in two ways."""

    mark: Mark
    day_first: bool
    ambiguous: bool
    """Whether no date of the table tells the order of day and month."""


def typed(names: Sequence[str], columns: Sequence[list[str]], *, comma: bool) -> list[TableColumn]:
    """Type columns of cells; `comma` says that a decimal comma is likely. Empties `columns`.

    A column whose cells can be read in one way only settles how its neighbours are read.
    """
    samples = [_sample(cells) for cells in columns]
    habits = _habits(samples, comma=comma)
    made = []
    for name, cells, sample in zip(names, columns, samples, strict=True):
        made.append(_column(name, cells, sample, habits))
        cells.clear()  # so that cells and values are never all in memory together
    return made


def _sample(cells: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for cell in cells:
        if cell and cell.lower() not in MISSING:
            found[cell] = None
            if len(found) >= SAMPLED:
                break
    return list(found)


def _habits(samples: Sequence[Sequence[str]], *, comma: bool) -> Habits:
    marks = [found for sample in samples if sample and len(found := numbers.marks_of(sample)) == 1]
    orders = [order for sample in samples if sample and len(order := dates.orders_of(sample)) == 1]
    likely = sum(found == {","} for found in marks) > len(marks) / 2 if marks else comma
    return Habits(
        mark="," if likely else ".",
        day_first={True} in orders or not orders,
        ambiguous=not orders,
    )


def _column(name: str, cells: Sequence[str], sample: Sequence[str], habits: Habits) -> TableColumn:
    if not sample:
        return _words(name, cells)
    if all(cell.lower() in TRUTH for cell in sample) and set(map(str.lower, cells)) <= {"", *TRUTH}:
        return TableColumn(
            name=name, type="boolean", values=[TRUTH.get(one.lower()) for one in cells]
        )
    return (
        _numeric(name, cells, sample, habits)
        or _temporal(name, cells, sample, habits)
        or _words(name, cells, _nearly_numbers(name, sample, habits))
    )


def _numeric(
    name: str, cells: Sequence[str], sample: Sequence[str], habits: Habits
) -> TableColumn | None:
    marks: tuple[Mark, Mark] = (".", ",") if habits.mark == "." else (",", ".")
    for mark in marks:
        read = _read(cells, sample, partial(numbers.parse, mark=mark))
        if read is None:
            continue
        known, odd = read
        units = {found[1] for found in known.values() if found} - {""}
        if len(units) > 1:
            return None  # pounds and euros do not add up
        values = [found and found[0] for found in map(known.get, cells)]
        whole = all(isinstance(value, int) for value in values if value is not None)
        bare = any(found and found[0] and not found[1] for found in known.values())
        return TableColumn(
            name=name,
            type="integer" if whole else "number",
            values=values,
            unit=next(iter(units), ""),
            notes=(*_left_out(name, "numbers", odd), *(_assumed(name, units) if bare else ())),
        )
    return None


def _temporal(
    name: str, cells: Sequence[str], sample: Sequence[str], habits: Habits
) -> TableColumn | None:
    for day_first in (habits.day_first, not habits.day_first):
        read = _read(cells, sample, partial(dates.parse, day_first=day_first))
        if read is None:
            continue
        known, odd = read
        timed = any(
            isinstance(one, datetime) and one.time() != one.min.time() for one in known.values()
        )
        notes = _left_out(name, "dates", odd)
        both = len(dates.orders_of(sample)) == 2
        if habits.ambiguous and both and (unclear := next(_of_two_ways(sample), None)):
            notes += (f"Dates such as {unclear!r} of {name!r} were read with the day first.",)
        return TableColumn(
            name=name,
            type="datetime" if timed else "date",
            values=[_fitted(value, timed=timed) for value in map(known.get, cells)],
            notes=notes,
        )
    return None


def _of_two_ways(sample: Sequence[str]) -> Iterator[str]:
    for cell in sample:
        if dates.parse(cell, day_first=True) != dates.parse(cell, day_first=False):
            yield cell


def _fitted(value: date | datetime | None, *, timed: bool) -> Value:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if timed else value.date()
    return datetime.combine(value, datetime.min.time()) if timed else value  # all are UTC


def _nearly_numbers(name: str, sample: Sequence[str], habits: Habits) -> tuple[str, ...]:
    """Say why a column is none of numbers, where most of its cells are."""
    read = {cell: numbers.parse(cell, habits.mark) for cell in sample}
    odd = [cell for cell, found in read.items() if found is None]
    units = sorted({found[1] or "no unit" for found in read.values() if found})
    if 2 * len(odd) > len(sample):
        return ()
    why = f"{odd[0][:SHOWN]!r} is no number" if odd else f"the units differ: {', '.join(units)}"
    return (f"{name!r} was read as text and is not used in calculations: {why}.",)


def _words(name: str, cells: Sequence[str], notes: tuple[str, ...] = ()) -> TableColumn:
    distinct = set(cells) - {""}
    short = sum(map(len, distinct)) <= LONGEST_CATEGORY * len(distinct)
    few = len(distinct) <= max(50, min(MOST_CATEGORIES, len(cells) // 2))
    values = [cell or None for cell in cells]
    return TableColumn(
        name=name,
        type="category" if distinct and short and few else "text",
        values=values,
        notes=notes,
    )


def _read(
    cells: Sequence[str], sample: Sequence[str], parse: Callable[[str], T | None]
) -> tuple[dict[str, T | None], list[str]] | None:
    """Parse each different cell once; `None` where more than a few are of another kind."""
    if sum(parse(cell) is None for cell in sample) > max(1, TOLERATED * len(sample)):
        return None
    known: dict[str, T | None] = {}
    odd, count = [], 0
    for cell in cells:
        if cell not in known:
            known[cell] = parse(cell) if cell else None
        if cell and known[cell] is None and cell.lower() not in MISSING:
            odd.append(cell)
        count += bool(cell)
    return None if len(odd) > TOLERATED * count else (known, odd)


def _assumed(name: str, units: set[str]) -> tuple[str, ...]:
    return tuple(f"Numbers of {name!r} without a unit were taken as {unit}." for unit in units)


def _left_out(name: str, kind: str, odd: Sequence[str]) -> tuple[str, ...]:
    if not odd:
        return ()
    found = f"{len(odd):,} cell{'s' if len(odd) > 1 else ''} of {name!r}"
    return (f"{found} contain no {kind} (such as {odd[0][:SHOWN]!r}) and count as empty.",)
