"""Without a model the keywords of a question are matched; unmatched words are reported."""

import uuid
from typing import Any

import pytest

from reports.data.planning.ignored_words import IGNORED
from reports.data.planning.keyword_planner import NOTICE, KeywordPlanner
from reports.data.planning.planner import AnswerPlan, DataQuery, ExistingChart
from reports.data.tables.profile import profile
from tests.reports.data.given import SALES, csv

SUM = ("sum", "revenue")


def planned(question: str) -> AnswerPlan:
    """Plan an answer from the sales."""
    return KeywordPlanner().plan(DataQuery(question=question), profile(csv(SALES)))


@pytest.mark.parametrize(
    ("question", "kind", "groups", "measure"),
    [
        ("Total revenue", "number", [], SUM),
        ("What is the average revenue?", "number", [], ("mean", "revenue")),
        ("highest revenue", "number", [], ("max", "revenue")),
        ("revenue by region", "bar", [("region", None)], SUM),
        ("Which region has the highest revenue?", "bar", [("region", None)], SUM),
        ("average units for each product", "bar", [("product", None)], ("mean", "units")),
        ("Revenue per month", "line", [("day", "month")], SUM),
        ("monthly revenue as bars", "bar", [("day", "month")], SUM),
        ("revenue over time", "line", [("day", "month")], SUM),
        ("share of revenue by product as a pie", "arc", [("product", None)], SUM),
        ("How many units per product?", "bar", [("product", None)], ("sum", "units")),
        ("number of rows by region", "bar", [("region", None)], ("count", "")),
        ("how many regions", "number", [], ("distinct", "region")),
        ("revenue by region and quarter", "line", [("day", "quarter"), ("region", None)], SUM),
        ("revenue per unit by product", "bar", [("product", None)], SUM),
    ],
)
def test_a_question_is_understood(
    question: str, kind: str, groups: list[Any], measure: tuple[str, str]
) -> None:
    plan = planned(question)
    [view] = plan.plan.views
    assert (plan.understood, plan.notes) == (True, [NOTICE])
    assert view.kind == kind
    assert [(group.column, group.bucket) for group in view.groups] == groups
    assert [(one.function, one.column) for one in view.measures] == [measure]


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("taxes by region", "tax"),
        ("tax by region", "tax"),
        ("boxes by region", "box"),
        ("box by region", "box"),
        ("class by region", "classes"),
        ("stops by region", "stopped"),
        ("runs by region", "running"),
        ("fees by region", "fee"),
    ],
)
def test_a_column_is_found_in_any_form_of_its_name(question: str, column: str) -> None:
    header = "region,tax,box,classes,stopped,running,fee"
    table = profile(csv(f"{header}\nNorth,1,2,3,4,5,6\nSouth,6,5,4,3,2,1\n"))
    plan = KeywordPlanner().plan(DataQuery(question=question), table)
    assert [one.column for one in plan.plan.views[0].measures] == [column]


def test_values_years_and_numbers_narrow_the_result() -> None:
    [view] = planned("top 2 products by revenue in North in 2025").plan.views
    filters = [(one.column, one.test, one.values) for one in view.filters]
    assert filters == [("region", "eq", ["North"]), ("day", "eq", ["2025"])]
    assert (view.limit, view.sort and view.sort.descending) == (2, True)


def test_two_measures_against_each_other_give_a_scatter_plot() -> None:
    [view] = planned("units against revenue").plan.views
    assert (view.kind, view.columns) == ("point", ["units", "revenue"])


def test_an_unmatched_question_gives_an_overview_with_a_note() -> None:
    plan = planned("What is the meaning of life?")
    assert not plan.understood
    assert "could not be matched" in plan.notes[0]
    assert [view.groups[0].column for view in plan.plan.views] == ["day", "region"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the profit by region?", "profit"),
        ("Umsatz nach Region", "umsatz"),
        ("Total revenue in Atlantis", "atlantis"),
        ("revenue over 100 by region", "100"),
        ("revenue and units by region", "units"),
        ("total of products", "total"),
    ],
)
def test_a_note_lists_ignored_words(question: str, words: str) -> None:
    assert planned(question).notes[1:] == [IGNORED.format(words=words)]


def test_a_note_lists_ignored_words_of_a_change() -> None:
    [before] = planned("units by region").plan.views
    chart = ExistingChart(id=uuid.uuid4(), version=1, title="Units", view=before)
    asked = DataQuery(question="Change the first chart to a pie, in millions", charts=[chart])
    changed = KeywordPlanner().plan(asked, profile(csv(SALES)))
    assert changed.plan.views[0].kind == "arc"
    assert changed.notes == [NOTICE, IGNORED.format(words="millions")]
