"""A plan that does not fit the table is refused with advice."""

from typing import Any

import pytest
from pydantic import ValidationError

from reports.data.planning.plan_validation import plan_model
from reports.data.tables.profile import profile
from tests.reports.data.given import BY_REGION, MEASURE, SALES, csv

COUNT = {"function": "count"}
FAULTY: list[tuple[dict[str, Any], str]] = [
    ({"groups": [{"column": "Region"}], "measures": [COUNT]}, "no column 'Region'"),
    ({"measures": [{"function": "sum", "column": "product"}]}, "has no sum"),
    ({"measures": [{"function": "mean"}]}, "needs a column"),
    ({"groups": [{"column": "region", "bucket": "month"}], "measures": [COUNT]}, "only dates"),
    ({"filters": [{"column": "day", "test": "eq", "values": ["soon"]}], "measures": [COUNT]}, "no"),
    ({"filters": [{"column": "units", "test": "gt", "values": ["5"]}], "measures": [COUNT]}, "no"),
    ({"filters": [{"column": "region", "test": "gt", "values": ["N"]}],
      "measures": [COUNT]}, "order"),
    ({"filters": [{"column": "units", "test": "in", "values": []}], "measures": [COUNT]}, "values"),
    ({"measures": [{**MEASURE, "function": "mean", "share": True}]}, "share"),
    ({"columns": ["day"], "measures": [COUNT]}, "either"),
    ({}, "needs `measures`"),
    ({"columns": ["day"], "sort": {"by": 1}}, "sort.by"),
    ({"measures": [COUNT], "widget": 3}, "no chart 3"),
    ({"groups": [{"column": "region"}] * 2, "measures": [COUNT]}, "twice"),
    ({"measures": [{"function": "eval", "column": "units"}]}, "function"),
    ({"measures": [COUNT], "expression": "units * 2"}, "Extra inputs"),
    ({"measures": [COUNT], "limit": 100_000}, "less than or equal"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "message"), FAULTY, ids=[message for _, message in FAULTY])
def test_an_impossible_plan_is_refused(parts: dict[str, Any], message: str) -> None:
    shape = plan_model(profile(csv(SALES)), widgets=2)
    with pytest.raises(ValidationError, match=message):
        shape.model_validate({"views": [{"title": "It", "kind": "bar", **parts}]})


def test_a_fitting_plan_is_accepted() -> None:
    shape = plan_model(profile(csv(SALES)), widgets=2)
    assert shape.model_validate({"views": [{**BY_REGION, "widget": 2}]}).views[0].widget == 2


def test_two_views_cannot_replace_one_chart() -> None:
    shape = plan_model(profile(csv(SALES)), widgets=2)
    with pytest.raises(ValidationError, match="same chart"):
        shape.model_validate({"views": [{**BY_REGION, "widget": 2}] * 2})
