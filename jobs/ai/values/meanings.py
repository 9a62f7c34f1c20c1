"""What a spelling may mean."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

Mark = Literal[".", ","]
"""The sign before the decimals."""
NumberUnit = Literal["", "%", "‰"]
Doubt = Literal["mark", "order", "scale"]
PeriodKind = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is no money. `3rd` is the number 3."""

    value: Decimal
    """As written: 12 of `12 %`."""
    unit: NumberUnit = ""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money."""

    value: Decimal
    currency: str
    """The code of ISO 4217, or the sign where several currencies share it: `$`, `kr`, `¥`."""
    sign: str = field(default="", compare=False)
    """The currency as written."""


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month, quarter or year."""

    kind: PeriodKind
    start: date
    end: date
    """The last day."""

    def isoformat(self) -> str:
        """Return `2025-W10`, `2025-03`, `2025-Q1` or `2025`."""
        if self.kind == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year:04}-W{week:02}"
        if self.kind == "quarter":
            return f"{self.start.year:04}-Q{(self.start.month + 2) // 3}"
        return self.start.isoformat()[: 7 if self.kind == "month" else 4]


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day and a month without a year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Ambiguous(Generic[T_co]):
    """A spelling that can be read in several ways, and nothing in it decides between them."""

    meanings: tuple[T_co, ...]
    by: Doubt
    """`mark`: read with a decimal point, and with a decimal comma. `order`: with the day first, and
    with the month first. `scale`: a word is another power of ten in another language."""


Amount = Number | Money
Moment = date | Period
"""A `datetime` has a zone where one is written, and otherwise none."""
