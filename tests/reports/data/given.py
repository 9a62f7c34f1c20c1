"""Tables, and a model that plans and writes, for tests of data analysis."""

import io
import json
from typing import Any

from reports.data.computation.views import View
from reports.data.tables import delimited
from reports.data.tables.columns import DataTable
from reports.data.tables.grids import gather
from reports.data.tables.reader import table
from tests.jobs.ai.llm.provider import Call

SALES = """\
day,region,product,revenue,units
2025-01-10,North,tea,100.50,10
2025-01-20,South,tea,50.25,5
2025-02-03,North,coffee,200,8
2025-02-14,South,coffee,,2
2025-04-01,West,tea,-20,1
"""
MEASURE = {"function": "sum", "column": "revenue"}
BY_REGION: dict[str, Any] = {
    "title": "Revenue by region",
    "kind": "bar",
    "groups": [{"column": "region"}],
    "measures": [MEASURE],
}
ANSWER = "North leads with 300.5; the table has 5 rows."


def csv(text: str | bytes) -> DataTable:
    """Read a table from the text of a CSV file."""
    content = text.encode() if isinstance(text, str) else text
    with delimited.open_delimited(io.BytesIO(content)) as (rows, comma):
        return table("a.csv", gather(rows, lambda count: None), comma=comma)


def view(**parts: Any) -> View:
    """Make a view from the fields that matter."""
    return View.model_validate({"title": "It", "kind": "bar", **parts})


def answer_with(*views: dict[str, Any], answer: str = ANSWER) -> Any:
    """Return the behaviour of a model that plans these views and gives this answer."""

    def behave(call: Call) -> None:
        planning = "JSON Schema" in call.body["messages"][0]["content"]
        call.say(json.dumps({"views": views}) if planning else answer)

    return behave
