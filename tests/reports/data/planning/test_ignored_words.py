"""Without a model the words “except”, “not” and “without” exclude values."""

from typing import Any

import pytest

from reports.data.computation.aggregation import compute
from reports.data.computation.views import View
from reports.data.planning.ignored_words import IGNORED
from reports.data.planning.keyword_planner import NOTICE, KeywordPlanner
from reports.data.planning.planner import AnswerPlan, DataQuery
from reports.data.tables.profile import profile
from tests.reports.data.given import csv

TABLE = csv("""\
day,region,product,revenue,units
2023-03-01,North,tea,1,1
2024-03-01,North,coffee,2,1
2024-05-01,South,tea,4,1
2025-03-01,South,coffee,8,1
2025-05-01,West,tea,16,1
2025-07-01,North Sea,tea,32,1
2025-08-01,North America,tea,64,1
""")


def planned(question: str) -> AnswerPlan:
    """Plan an answer from the table."""
    return KeywordPlanner().plan(DataQuery(question=question), profile(TABLE))


def filters(view: View) -> list[tuple[str, str, list[Any]]]:
    """Give what a view keeps."""
    return [(one.column, one.test, sorted(one.values)) for one in view.filters]


@pytest.mark.parametrize(
    ("question", "column", "values", "rest"),
    [
        ("revenue by region without North", "region", ["North"], 124),
        ("Revenue by region, except for South and North?", "region", ["North", "South"], 112),
        ("revenue other than in West by region", "region", ["West"], 111),
        ("revenue without the region North by product", "region", ["North"], 124),
        ("revenue without North America by product", "region", ["North America"], 63),
        ("revenue by region, neither in North nor South", "region", ["North", "South"], 112),
        ("revenue in all regions but North", "region", ["North"], 124),
        ("revenue of everything but tea by region", "product", ["tea"], 10),
        ("revenue by region except 2024", "day", ["2024"], 121),
        ("revenue by region without 2025", "day", ["2025"], 7),
        ("revenue by region excluding 2023 and 2025", "day", ["2023", "2025"], 6),
        ("revenue per region, but not in the year 2024", "day", ["2024"], 121),
    ],
)
def test_excluded_values_are_left_out(
    question: str, column: str, values: list[str], rest: float
) -> None:
    plan = planned(question)
    [view] = plan.plan.views
    assert filters(view) == [(column, "ne", values)]
    assert "(without " in view.title
    assert sum(float(row[-1] or 0) for row in compute(TABLE, view).rows) == rest
    assert plan.notes == [NOTICE]


@pytest.mark.parametrize(
    ("question", "column", "test", "values"),
    [
        ("revenue for South, not North", "region", "eq", ["South"]),
        ("revenue not for North, but for South", "region", "eq", ["South"]),
        ("revenue without North, with South", "region", "eq", ["South"]),
        ("revenue for South and West, not North", "region", "in", ["South", "West"]),
        ("revenue in North Sea, not in North America", "region", "eq", ["North Sea"]),
        ("revenue from 2023 to 2025 except 2024", "day", "in", ["2023", "2025"]),
        ("what is the no of North units", "region", "eq", ["North"]),
        ("what is the no. of units in 2025", "day", "eq", ["2025"]),
        ("not only North but also South revenue", "region", "in", ["North", "South"]),
        ("revenue not just in 2023 but in 2024", "day", "in", ["2023", "2024"]),
    ],
)
def test_wanted_values_are_kept(question: str, column: str, test: str, values: list[str]) -> None:
    plan = planned(question)
    assert filters(plan.plan.views[0]) == [(column, test, values)]
    assert plan.notes == [NOTICE]


def test_the_title_names_kept_and_excluded_values() -> None:
    [view] = planned("revenue without North in 2024 for coffee").plan.views
    kept = [("region", "ne", ["North"]), ("product", "eq", ["coffee"]), ("day", "eq", ["2024"])]
    assert filters(view) == kept
    assert view.title == "Sum of revenue (coffee, 2024, without North)"


@pytest.mark.parametrize(
    ("question", "kept", "words"),
    [
        ("not only North revenue by region", [], "north"),
        ("revenue excluding sales in North", [("region", "eq", ["North"])], "excluding, sales"),
        ("revenue without sales in North", [("region", "eq", ["North"])], "without, sales"),
        ("revenue not before 2025", [("day", "eq", ["2025"])], "not"),
        ("revenue by region except Atlantis", [], "except, atlantis"),
        (
            "revenue without North except Atlantis",
            [("region", "ne", ["North"])],
            "except, atlantis",
        ),
    ],
)
def test_a_note_lists_exclusions_without_effect(question: str, kept: list[Any], words: str) -> None:
    plan = planned(question)
    assert filters(plan.plan.views[0]) == kept
    assert plan.notes[1:] == [IGNORED.format(words=words)]
