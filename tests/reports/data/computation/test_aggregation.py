"""Every operation, against results computed by hand."""

from typing import Any

import pytest

from reports.data.computation.aggregation import compute
from tests.reports.data.given import MEASURE, SALES, csv, view

REGION = [{"column": "region"}]
COUNT = {"function": "count"}


def rows(**parts: Any) -> list[list[Any]]:
    """Compute a view of the sales."""
    return compute(csv(SALES), view(**parts)).rows


def of(function: str, column: str = "revenue", **more: Any) -> list[dict[str, Any]]:
    return [{"function": function, "column": column, **more}]


@pytest.mark.parametrize(
    ("function", "figure"),
    [
        ("sum", 330.75),
        ("mean", 82.6875),
        ("median", 75.375),
        ("min", -20),
        ("max", 200),
        ("count", 4),
        ("distinct", 4),
    ],
)
def test_a_function_gives_one_figure_for_all_rows(function: str, figure: float) -> None:
    assert rows(measures=of(function)) == [[figure]]


def test_groups_are_sorted_by_their_figures() -> None:
    assert rows(groups=REGION, measures=[MEASURE]) == [
        ["North", 300.5],
        ["South", 50.25],
        ["West", -20],
    ]


@pytest.mark.parametrize(
    ("bucket", "figures"),
    [
        ("month", [["2025-01-01", 150.75], ["2025-02-01", 200], ["2025-04-01", -20]]),
        ("quarter", [["2025-01-01", 350.75], ["2025-04-01", -20]]),
        ("year", [["2025-01-01", 330.75]]),
        ("week", [["2025-01-06", 100.5], ["2025-01-20", 50.25], ["2025-02-03", 200],
                  ["2025-02-10", None], ["2025-03-31", -20]]),
    ],
)  # fmt: skip
def test_dates_are_grouped_into_periods(bucket: str, figures: list[Any]) -> None:
    found = rows(groups=[{"column": "day", "bucket": bucket}], measures=[MEASURE])
    assert found == figures


def test_rows_are_grouped_by_two_columns() -> None:
    found = rows(groups=[{"column": "product"}, {"column": "region"}], measures=[COUNT])
    assert sorted(found) == [
        ["coffee", "North", 1],
        ["coffee", "South", 1],
        ["tea", "North", 1],
        ["tea", "South", 1],
        ["tea", "West", 1],
    ]


def test_shares_are_of_all_groups_whatever_the_limit() -> None:
    [share] = of("sum", "units", share=True)
    assert rows(groups=REGION, measures=[share], limit=1) == [["North", 0.692307692308]]


def test_a_ratio_divides_sums_and_is_null_for_zero() -> None:
    ratio = {**MEASURE, "per": {"function": "sum", "column": "units"}}
    assert rows(groups=REGION, measures=[ratio])[0] == ["North", 16.6944444444]
    zero = csv("g,a,b\nx,1,0\ny,1,2\n")
    per = {"function": "sum", "column": "a", "per": {"function": "sum", "column": "b"}}
    made = compute(zero, view(groups=[{"column": "g"}], measures=[per]))
    assert made.rows == [["y", 0.5], ["x", None]]


@pytest.mark.parametrize(
    ("column", "test", "values", "count"),
    [
        ("region", "eq", ["north"], 2),
        ("region", "ne", ["North"], 3),
        ("revenue", "ne", [200], 4),
        ("day", "ne", ["2025-02", "2025-04"], 2),
        ("region", "in", ["North", "West"], 3),
        ("product", "contains", ["OFF"], 2),
        ("revenue", "missing", [], 1),
        ("revenue", "present", [], 4),
        ("revenue", "ge", [100.5], 2),
        ("revenue", "lt", [0], 1),
        ("day", "eq", ["2025-02"], 2),
        ("day", "eq", [2025], 5),
        ("day", "gt", ["2025-01"], 3),
        ("day", "le", ["2025-02-03"], 3),
    ],
)
def test_a_filter_keeps_the_matching_rows(
    column: str, test: str, values: list[Any], count: int
) -> None:
    filters = [{"column": column, "test": test, "values": values}]
    assert rows(filters=filters, measures=[COUNT]) == [[count]]


def test_an_exclusion_keeps_rows_without_a_value() -> None:
    table = csv("day,region,n\n2024-05-01,North,1\n,South,2\n2025-05-01,,4\n2025-05-02,South,8\n")
    for column, value, rest in [("region", "North", 14), ("day", "2025", 3), ("n", 8.0, 7)]:
        without = {"column": column, "test": "ne", "values": [value]}
        assert compute(table, view(filters=[without], measures=of("sum", "n"))).rows == [[rest]]


def test_sorting_puts_gaps_last_and_a_limit_cuts() -> None:
    found = rows(columns=["product", "revenue"], sort={"by": 1, "descending": True})
    assert [row[1] for row in found] == [200, 100.5, 50.25, -20, None]
    assert rows(columns=["units"], sort={"by": 0}, limit=2) == [[1], [2]]


def test_a_long_result_is_clipped_with_a_note() -> None:
    table = csv("n\n" + "".join(f"{n}\n" for n in range(3_000)))
    made = compute(table, view(title="All", kind="table", columns=["n"]))
    assert (len(made.rows), made.total) == (400, 3_000)
    assert made.notes == ["“All” shows 400 of 3,000 rows."]


def test_a_note_counts_rows_without_a_date() -> None:
    table = csv("d,n\n2025-01-01,1\n,2\n2025-02-01,3\n")
    made = compute(table, view(groups=[{"column": "d", "bucket": "month"}], measures=[COUNT]))
    assert (len(made.rows), made.notes) == (2, ["1 rows without a date are not in “It”."])


def test_money_adds_up_to_the_penny() -> None:
    table = csv("n\n" + "0.1\n" * 1_000 + "0.2\n" * 1_000)
    assert compute(table, view(measures=of("sum", "n"))).rows == [[300]]
