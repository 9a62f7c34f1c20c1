"""Infer the type of columns from their cells of text."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

from jobs.ai.values.amounts import infer_decimal, read_amount
from jobs.ai.values.dates import infer_day_order, read_date
from jobs.ai.values.meanings import Ambiguous, Mark, Money, Period
from reports.data.tables.columns import TableColumn, Value

T = TypeVar("T")

MARKS: Mapping[Mark, Mark] = {".": ",", ",": "."}
"""The sign of thousands that goes with each sign before decimals, and the other way round."""

MISSING = frozenset(
    {"na", "n/a", "n.a.", "nan", "null", "none", "-", "–", "—", "?"}
    | {"#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"}
)
"""What stands for a missing number or date. Among words, "NA" may be Namibia, and stays."""
TRUTH = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
MAX_MISFIT_SHARE = 0.02
"""Share of a column's cells that may not fit its type. They are left out and noted."""
MAX_SAMPLED_CELLS = 500
"""Distinct cells from which the decimal mark and the order of dates are inferred."""
MOST_CATEGORIES = 1_000
LONGEST_CATEGORY = 80
SHOWN = 40
"""Characters of a cell that a note shows."""


ONE = Decimal(1)


Counted = tuple[int | float, str, str]
"""A number as tables count with it, a whole one exact and another as a float; its unit, and the
unit as written. A plain tuple, since a table has millions."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How the table's author writes what can be read in two ways."""

    mark: Mark
    mark_known: bool
    """Whether a number of the table, or what parts its cells, tells the sign before decimals."""
    day_first: bool
    order_known: bool
    """Whether a date of the table tells the order of day and month."""


def infer_columns(
    names: Sequence[str], columns: Sequence[list[str]], *, comma: bool
) -> list[TableColumn]:
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
            if len(found) >= MAX_SAMPLED_CELLS:
                break
    return list(found)


def _habits(samples: Sequence[Sequence[str]], *, comma: bool) -> Habits:
    marks = [mark for sample in samples if (mark := _mark_of(sample))]
    orders = [order for sample in samples if (order := _order_of(sample)) is not None]
    likely = marks.count(",") > len(marks) / 2 if marks else comma
    return Habits(
        mark="," if likely else ".",
        mark_known=bool(marks) or comma,
        day_first=True in orders or not orders,
        order_known=bool(orders),
    )


def _mark_of(sample: Sequence[str]) -> Mark | None:
    """Return the sign before decimals with which alone all of these cells are numbers."""
    mark = infer_decimal(sample).decimal
    return mark if mark and all(_number(cell, mark) for cell in sample) else None


def _order_of(sample: Sequence[str]) -> bool | None:
    """Return the order of day and month with which alone all of these cells are dates."""
    order = infer_day_order(sample).is_day_first
    return order if order is not None and all(_moment(cell, order) for cell in sample) else None


def _number(cell: str, mark: Mark) -> Counted | None:
    if cell.isdecimal() and cell.isascii() and len(cell) < 16 and cell[0] != "0":
        return int(cell), "", ""  # as most cells; the same without a detour
    read = read_amount(cell, mark)
    if read is None or isinstance(read, Ambiguous):
        return None
    value = read.value
    number = int(value) if value.same_quantum(ONE) else float(value)
    if isinstance(read, Money):
        return number, read.currency, read.sign
    return number, read.unit, read.unit


def _moment(cell: str, day_first: bool) -> date | None:
    """Return a point in time, in UTC and without a zone; of a period, its first day."""
    read = read_date(cell, day_first=day_first)
    if read is None or isinstance(read, Ambiguous):
        return None
    if isinstance(read, datetime):
        utc = read.astimezone(UTC) if read.tzinfo else read
        return utc.replace(tzinfo=None, microsecond=0)
    return read.start if isinstance(read, Period) else read


def _column(name: str, cells: Sequence[str], sample: Sequence[str], habits: Habits) -> TableColumn:
    if not sample:
        return _words(name, cells)
    if all(cell.lower() in TRUTH for cell in sample) and set(map(str.lower, cells)) <= {"", *TRUTH}:
        return TableColumn(
            name=name, type="boolean", values=[TRUTH.get(one.lower()) for one in cells]
        )
    return (
        (None if _are_compact_dates(sample) else _numeric(name, cells, sample, habits))
        or _temporal(name, cells, sample, habits)
        or _words(name, cells, _nearly_numbers(name, sample, habits))
    )


def _are_compact_dates(sample: Sequence[str]) -> bool:
    """Whether all cells are days such as 20250303; no other column of numbers is."""
    return all(len(cell) == 8 and cell.isdecimal() and read_date(cell) for cell in sample)


def _numeric(
    name: str, cells: Sequence[str], sample: Sequence[str], habits: Habits
) -> TableColumn | None:
    own = infer_decimal(sample).decimal
    first: Mark = own or habits.mark
    for mark in (first, MARKS[first]):
        read = _read(cells, sample, partial(_number, mark=mark))
        if read is None:
            continue
        known, odd = read
        units = _units(known.values())
        if len(units) > 1:
            return None  # pounds and euros do not add up
        values = [found and found[0] for found in map(known.get, cells)]
        whole = all(isinstance(value, int) for value in values if value is not None)
        bare = any(found and found[0] and not found[1] for found in known.values())
        unclear = None if habits.mark_known or own else _of_two_marks(sample)
        return TableColumn(
            name=name,
            type="integer" if whole else "number",
            values=values,
            unit=next(iter(units.values()), ""),
            notes=(
                *_left_out(name, "numbers", odd),
                *(_assumed(name, units.values()) if bare else ()),
                *(_with_mark(name, unclear, mark) if unclear else ()),
            ),
        )
    return None


def _temporal(
    name: str, cells: Sequence[str], sample: Sequence[str], habits: Habits
) -> TableColumn | None:
    for day_first in (habits.day_first, not habits.day_first):
        read = _read(cells, sample, partial(_moment, day_first=day_first))
        if read is None:
            continue
        known, odd = read
        timed = any(
            isinstance(one, datetime) and one.time() != one.min.time() for one in known.values()
        )
        notes = (*_left_out(name, "dates", odd), *_of_days_and_periods(name, sample))
        if not habits.order_known and (unclear := next(_of_two_orders(sample), None)):
            notes += (f"Dates such as {unclear!r} of {name!r} were read with the day first.",)
        return TableColumn(
            name=name,
            type="datetime" if timed else "date",
            values=[_fitted(value, timed=timed) for value in map(known.get, cells)],
            notes=notes,
        )
    return None


def _units(numbers: Iterable[Counted | None]) -> dict[str, str]:
    """Return the units, each as it is first written."""
    units: dict[str, str] = {}
    for found in numbers:
        if found and found[1]:
            units.setdefault(found[1], found[2])
    return units


def _of_two_marks(sample: Sequence[str]) -> str | None:
    return next((cell for cell in sample if isinstance(read_amount(cell), Ambiguous)), None)


def _of_two_orders(sample: Sequence[str]) -> Iterator[str]:
    return (cell for cell in sample if isinstance(read_date(cell), Ambiguous))


def _of_days_and_periods(name: str, sample: Sequence[str]) -> Iterator[str]:
    """Say that periods stand among days, as which they are taken."""
    periods = [cell for cell in sample if isinstance(read_date(cell), Period)]
    if 0 < len(periods) < len(sample):
        yield f"Periods such as {periods[0]!r} of {name!r} were taken as their first day."


def _fitted(value: date | None, *, timed: bool) -> Value:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if timed else value.date()
    return datetime.combine(value, datetime.min.time()) if timed else value  # all are UTC


def _nearly_numbers(name: str, sample: Sequence[str], habits: Habits) -> tuple[str, ...]:
    """Say why a column is none of numbers, where most of its cells are."""
    read = {cell: _number(cell, habits.mark) for cell in sample}
    odd = [cell for cell, found in read.items() if found is None]
    bare = any(found and not found[1] for found in read.values())
    units = sorted([*_units(read.values()).values(), *(["no unit"] if bare else [])])
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
    if sum(parse(cell) is None for cell in sample) > max(1, MAX_MISFIT_SHARE * len(sample)):
        return None
    known: dict[str, T | None] = {}
    odd, count = [], 0
    for cell in cells:
        if cell not in known:
            known[cell] = parse(cell) if cell else None
        if cell and known[cell] is None and cell.lower() not in MISSING:
            odd.append(cell)
        count += bool(cell)
    return None if len(odd) > MAX_MISFIT_SHARE * count else (known, odd)


def _with_mark(name: str, cell: str, mark: Mark) -> Iterator[str]:
    sign = "point" if mark == "." else "comma"
    yield f"Numbers such as {cell[:SHOWN]!r} of {name!r} were read with a decimal {sign}."


def _assumed(name: str, units: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"Numbers of {name!r} without a unit were taken as {unit}." for unit in units)


def _left_out(name: str, kind: str, odd: Sequence[str]) -> tuple[str, ...]:
    if not odd:
        return ()
    found = f"{len(odd):,} cell{'s' if len(odd) > 1 else ''} of {name!r}"
    return (f"{found} contain no {kind} (such as {odd[0][:SHOWN]!r}) and count as empty.",)
