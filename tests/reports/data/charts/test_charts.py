"""Charts show the computed figures, load nothing, and are safe to draw."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from jobs.ai.rendering.chart_renderer import ChartRenderer
from reports.data.charts.chart import DrawnChart, draw_chart
from reports.data.computation.aggregation import compute
from tests.jobs.ai.rendering.documents import svg_texts
from tests.reports.data.given import MEASURE, SALES, csv, view

REGION, MONTH = {"column": "region"}, {"column": "day", "bucket": "month"}
COUNT = {"function": "count"}
HOSTILE = "<script>alert(1)</script> datum['x'] a.b[0] \"'"


Chart = Callable[..., DrawnChart]


@pytest.fixture
def chart(drawer: ChartRenderer) -> Chart:
    """Return a function that draws a view of a table."""

    def draw(text: str = SALES, **parts: Any) -> DrawnChart:
        return draw_chart(compute(csv(text), view(**parts)), drawer)

    return draw


@pytest.mark.parametrize("kind", ["bar", "line", "area", "arc", "table", "number", "point"])
@pytest.mark.parametrize("groups", [[], [REGION], [MONTH], [MONTH, REGION]])
def test_every_kind_and_grouping_gives_a_chart(chart: Chart, kind: str, groups: list[Any]) -> None:
    for measures in ([MEASURE], [MEASURE, COUNT]):
        made = chart(kind=kind, groups=groups, measures=measures, title="Our title")
        assert "Our title" in svg_texts(made.svg)


@pytest.mark.parametrize(
    ("parts", "kind", "why"),
    [
        ({"kind": "line", "groups": [REGION], "measures": [COUNT]}, "bar", "no order"),
        ({"kind": "arc", "groups": [REGION], "measures": [MEASURE]}, "bar", "negative"),
        ({"kind": "arc", "groups": [REGION], "measures": [COUNT], "limit": 2}, "bar", "the whole"),
        ({"kind": "area", "groups": [MONTH], "measures": [MEASURE]}, "line", "negative"),
        ({"kind": "bar", "measures": [COUNT]}, "number", ""),
        ({"kind": "bar", "columns": ["region", "units"]}, "table", ""),
    ],
)
def test_a_misleading_kind_of_chart_is_replaced_with_a_note(
    chart: Chart, parts: dict[str, Any], kind: str, why: str
) -> None:
    made = chart(**parts)
    assert (made.kind, why in " ".join(made.notes)) == (kind, True)


def test_a_result_without_rows_is_an_empty_table(chart: Chart) -> None:
    none = [{"column": "region", "test": "eq", "values": ["East"]}]
    assert chart(filters=none, groups=[REGION], measures=[COUNT]).kind == "table"


def test_many_bars_and_series_are_cut_with_a_note(chart: Chart) -> None:
    rows = "".join(f"{n},{n % 20},{n}\n" for n in range(60))
    made = chart(f"a,b,n\n{rows}", groups=[{"column": "a"}, {"column": "b"}], measures=[COUNT])
    assert any("largest of 20 series" in note for note in made.notes)
    alone = chart(
        "a\n" + "".join(f"x{n}\n" for n in range(60)), groups=[{"column": "a"}], measures=[COUNT]
    )
    assert any("first 30 of 60 bars" in note for note in alone.notes)


@pytest.mark.parametrize("kind", ["bar", "arc", "table", "line"])
def test_hostile_names_and_values_stay_text(chart: Chart, kind: str) -> None:
    quoted = HOSTILE.replace('"', '""')
    text = f'"{quoted}",n\n"{quoted}",5\nb,6\n'
    made = chart(text, kind=kind, groups=[{"column": HOSTILE}], measures=[COUNT], title=HOSTILE)
    assert "<script" not in made.svg
    assert any("&lt;script&gt;" in text for text in svg_texts(made.svg))
    assert "url" not in json.dumps(made.spec)


def test_a_column_named_like_a_path_is_drawn(chart: Chart) -> None:
    made = chart("a.b[0],n\nx,5\ny,6\n", groups=[{"column": "a.b[0]"}], measures=[COUNT])
    assert {"x", "y"} <= set(svg_texts(made.svg))
