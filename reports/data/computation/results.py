"""The result of a view: typed columns and rows, and how values are formatted."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from jobs.ai.values.currencies import stands_before
from reports.data.computation.periods import label
from reports.data.computation.views import Bucket, View
from reports.data.tables.columns import TypedColumn
from reports.data.tables.profile import Scalar

NO_VALUE = "(none)"
SIGNIFICANT_DIGITS = 6


class ResultColumn(TypedColumn):
    """A column of a result."""

    role: Literal["group", "measure", "raw"]
    bucket: Bucket | None = None
    unit: str = ""
    share: bool = False
    """Whether values are shares of a whole, from 0 to 1."""

    def format(self, value: Scalar) -> str:
        """Format a value for people."""
        if value is None:
            return NO_VALUE
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self._period(value) if self.bucket else value
        if self.role == "group":
            return f"{value:.12g}"  # such as a year: not a quantity
        if self.share:
            return f"{value:.1%}"
        return self._with_unit(number(value))

    def _period(self, value: str) -> str:
        try:
            return label(date.fromisoformat(value[:10]), self.bucket)
        except ValueError:
            return value

    def _with_unit(self, text: str) -> str:
        if not self.unit:
            return text
        if self.unit in ("%", "‰"):
            return f"{text}{self.unit}"
        if not stands_before(self.unit):
            return f"{text} {self.unit}"
        return f"-{self.unit}{text[1:]}" if text[0] == "-" else f"{self.unit}{text}"


class Result(BaseModel):
    """The result of a view."""

    view: View
    columns: list[ResultColumn]
    rows: list[list[Scalar]]
    total: int = Field(description="Rows before the limit.")
    used: int = Field(description="Rows of the table that passed the filters.")
    notes: list[str] = Field(default_factory=list)

    @property
    def groups(self) -> list[ResultColumn]:
        """Columns of the groups."""
        return [column for column in self.columns if column.role == "group"]

    @property
    def measures(self) -> list[ResultColumn]:
        """Columns of figures."""
        return [column for column in self.columns if column.role == "measure"]


def number(value: float) -> str:
    """Format a number with thousands separators: integers in full, others to a sensible digit."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.2f}"
    return f"{value:.{SIGNIFICANT_DIGITS}g}"
