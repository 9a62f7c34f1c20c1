"""Interprets the words of a question: columns, functions, periods, filters. English only."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobs.ai.extraction.words import is_content, stem
from reports.data.computation.views import Bucket, Condition, Function, Kind
from reports.data.planning.value_mentions import (
    GROUPING_WORDS,
    ValueFilter,
    combine_mentions,
    find_mentions,
)
from reports.data.tables.profile import ColumnProfile, TableProfile

WORD = re.compile(r"[^\W_]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

FUNCTION_WORDS: Mapping[str, Function] = {
    **dict.fromkeys(("average", "mean", "avg", "typical"), "mean"),
    **dict.fromkeys(("total", "sum", "totals", "overall"), "sum"),
    "median": "median",
}
LARGEST_WORDS = frozenset(
    {"highest", "largest", "biggest", "most", "best", "maximum", "max", "greatest"}
)
SMALLEST_WORDS = frozenset({"lowest", "smallest", "least", "fewest", "worst", "minimum", "min"})
COUNT_PHRASES = re.compile(r"\b(?:how many|number of|count)\b")
SHARE_WORDS = frozenset({"share", "shares", "percentage", "percent", "proportion"})
BUCKET_WORDS: Mapping[str, Bucket] = {
    **dict.fromkeys(("daily", "day", "days"), "day"),
    **dict.fromkeys(("weekly", "week", "weeks"), "week"),
    **dict.fromkeys(("monthly", "month", "months"), "month"),
    **dict.fromkeys(("quarterly", "quarter", "quarters"), "quarter"),
    **dict.fromkeys(("yearly", "annual", "annually", "year", "years"), "year"),
}
TREND_PHRASES = re.compile(r"\b(?:over time|trend|trends|develop\w*|evol\w*|history)\b")
KIND_WORDS: Mapping[str, Kind] = {
    **dict.fromkeys(("bar", "bars"), "bar"),
    **dict.fromkeys(("line", "lines"), "line"),
    "area": "area",
    **dict.fromkeys(("pie", "donut", "doughnut"), "arc"),
    **dict.fromkeys(("scatter", "scatterplot", "dots"), "point"),
    "table": "table",
}
COMPARISON_PHRASES = re.compile(r"\b(?:versus|vs|against|correlat\w*|relation\w*|scatter\w*)\b")
TOP_PHRASE = re.compile(r"\b(top|first|bottom|last)\s+(\d{1,3})\b")
YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
CHART = r"(?:chart|widget|graph|diagram|plot)"
ORDINAL = re.compile(rf"\b({'|'.join(NUMBERS)}|last)\s+{CHART}|\b{CHART}\s+(\d{{1,2}})\b")
MAX_FILTERS = 8
"""As `View` allows."""
CHANGE_WORDS = re.compile(r"\b(?:change|make|turn|switch|convert|show|draw|set)\b")


@dataclass(frozen=True, kw_only=True)
class NamedColumn:
    """A column that a question names."""

    column: ColumnProfile
    place: int
    """Index of the word."""
    grouping: bool
    """Whether a preceding word (by, per, which) makes it a group."""


@dataclass(frozen=True, kw_only=True)
class Keywords:
    """A question and the profile of its table."""

    question: str
    profile: TableProfile

    @cached_property
    def text(self) -> str:
        """The question in lower case, on one line."""
        return " ".join(self.question.casefold().split())

    @cached_property
    def words(self) -> list[str]:
        """Its words in lower case."""
        return WORD.findall(self.text)

    @cached_property
    def named_columns(self) -> list[NamedColumn]:
        """The columns it names, in the order of the question; the fullest match per place wins."""
        found: dict[int, tuple[float, ColumnProfile]] = {}
        stems = [stem(word) for word in self.words]
        for column in self.profile.columns:
            own = name_stems(column.name)
            places = [stems.index(one) for one in own if one in stems]
            if places and is_content(self.words[places[0]]):
                fullness = len(places) / len(own)
                if fullness > found.get(places[0], (0.0, None))[0]:
                    found[places[0]] = fullness, column
        return [
            NamedColumn(column=column, place=place, grouping=self._groups(place))
            for place, (_, column) in sorted(found.items())
        ]

    def _groups(self, place: int) -> bool:
        before = self.words[max(0, place - 2) : place]
        return any(word in GROUPING_WORDS for word in before)

    @property
    def function(self) -> Function | None:
        """The requested aggregate function, if any."""
        return next((FUNCTION_WORDS[word] for word in self.words if word in FUNCTION_WORDS), None)

    @property
    def extreme(self) -> Function | None:
        """`max` or `min` if it asks for the most or the least."""
        if any(word in LARGEST_WORDS for word in self.words):
            return "max"
        return "min" if any(word in SMALLEST_WORDS for word in self.words) else None

    @property
    def counts(self) -> bool:
        """Whether it asks how many."""
        return COUNT_PHRASES.search(self.text) is not None

    @property
    def share(self) -> bool:
        """Whether it asks for shares of a whole."""
        return any(word in SHARE_WORDS for word in self.words)

    @property
    def bucket(self) -> Bucket | None:
        """The period it names."""
        return next((BUCKET_WORDS[word] for word in self.words if word in BUCKET_WORDS), None)

    @property
    def trend(self) -> bool:
        """Whether it asks for a development over time."""
        return TREND_PHRASES.search(self.text) is not None

    @property
    def kind(self) -> Kind | None:
        """The kind of chart it names."""
        return next((KIND_WORDS[word] for word in self.words if word in KIND_WORDS), None)

    @property
    def against(self) -> bool:
        """Whether it compares two figures."""
        return COMPARISON_PHRASES.search(self.text) is not None

    @property
    def top(self) -> tuple[int, bool] | None:
        """The requested number of rows, and whether of the largest."""
        found = TOP_PHRASE.search(self.text)
        if found is None or int(found[2]) == 0:
            return None
        return int(found[2]), found[1] in ("top", "first")

    @cached_property
    def value_filters(self) -> list[ValueFilter]:
        """The values of categories and the years it names."""
        found = [*self._categories(), self._years()]
        return [one for one in found if one is not None][:MAX_FILTERS]

    @property
    def filters(self) -> list[Condition]:
        """The conditions of these values."""
        return [one.condition for one in self.value_filters]

    def chart(self, count: int) -> int | None:
        """Return the number of the chart, of `count`, that it wants to change."""
        found = ORDINAL.search(self.text)
        if found is None or not CHANGE_WORDS.search(self.text):
            return None
        number = (
            count if found[1] == "last" else NUMBERS.get(found[1] or "", 0) or int(found[2] or 0)
        )
        return number if 1 <= number <= count else None

    def _categories(self) -> Iterator[ValueFilter | None]:
        for name, values in self.profile.values.items():
            said = {value: WORD.findall(value.casefold()) for value in values}
            named_values = {
                one: words for one, words in said.items() if self._names(one, words, of=name)
            }
            yield combine_mentions(
                name, list(find_mentions(self.words, named_values, name_stems(name)))
            )

    def _names(self, value: str, said: Sequence[str], *, of: str) -> bool:
        """Whether the word names a value of a category, and not the column or a stop word."""
        text = " ".join(said)
        return bool(
            text
            and (len(text) > 2 or value in WORD.findall(self.question))
            and stem(text) not in name_stems(of)
            and is_content(text)
        )

    def _years(self) -> ValueFilter | None:
        times = [column for column in self.profile.columns if column.is_temporal]
        names = " ".join(column.name for column in self.profile.columns)
        years = {year: [year] for year in YEAR.findall(self.text) if year not in names}
        if not times:
            return None
        about = [*name_stems(times[0].name), "year"]
        return combine_mentions(times[0].name, list(find_mentions(self.words, years, about)))


def name_stems(name: str) -> Sequence[str]:
    """Return the stems of the words of a column name, for `orderDate` as for `order_date`."""
    return [stem(word.casefold()) for word in WORD.findall(CAMEL.sub(" ", name).replace("_", " "))]
