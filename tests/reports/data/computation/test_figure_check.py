"""Figures in an answer that were not computed are found."""

import pytest

from reports.data.computation.aggregation import compute
from reports.data.computation.figure_check import find_unfounded
from reports.data.tables.profile import profile
from tests.reports.data.given import BY_REGION, MEASURE, SALES, csv, view

TABLE = csv(SALES)
SHARE = {"title": "Share", "measures": [{**MEASURE, "share": True}]}
RESULTS = [
    compute(TABLE, view(**BY_REGION)),
    compute(TABLE, view(**{**BY_REGION, **SHARE})),
    compute(csv("d,n\n2024-03-01,1234567.891\n"), view(columns=["d", "n"])),
]


@pytest.mark.parametrize(
    "answer",
    [
        "North leads with 300.5, South has 50.25.",
        "North has about 301, or 300.50 in full.",
        "West lost 20 (-20).",
        "North has 90.9% of it, or 91 percent.",
        "1,234,567.89 in March 2024, that is 1.2 million or 1,235k.",
        "There are 3 regions in 5 rows.",
        "You asked for 7: there is none.",
    ],
)
def test_figures_of_the_results_and_the_question_are_accepted(answer: str) -> None:
    assert find_unfounded(answer, "Are there 7?", profile(TABLE), RESULTS) == []


@pytest.mark.parametrize(
    ("answer", "odd"),
    [
        ("North and South have 350.75.", "350.75"),
        ("North has 310.", "310"),
        ("It grew by 42%.", "42%"),
        ("That is 2.5 million.", "2.5 million"),
        ("It happened in 1999.", "1999"),
    ],
)
def test_a_figure_that_was_not_computed_is_found(answer: str, odd: str) -> None:
    assert find_unfounded(answer, "Are there 7?", profile(TABLE), RESULTS) == [odd]
