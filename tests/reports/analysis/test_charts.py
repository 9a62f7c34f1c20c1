"""Charts show what was computed, refer to nothing outside, and are drawn to be seen safely."""

import json
import re
from typing import Any

import pytest

from jobs.errors import InvalidOutput
from reports.analysis.computing import compute
from reports.charts.chart import Drawn, drawn
from reports.charts.drawing import UnsafeChart, check, cleaned
from tests.reports.analysis.given import MEASURE, SALES, csv, view

REGION, MONTH = {"column": "region"}, {"column": "day", "bucket": "month"}
COUNT = {"function": "count"}
HOSTILE = "<script>alert(1)</script> datum['x'] a.b[0] \"'"


def chart(text: str = SALES, **parts: Any) -> Drawn:
    """Draw a view of a table."""
    return drawn(compute(csv(text), view(**parts)))


def texts(svg: str) -> list[str]:
    """Give the words of a picture."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.mark.parametrize("kind", ["bar", "line", "area", "arc", "table", "number", "point"])
@pytest.mark.parametrize("groups", [[], [REGION], [MONTH], [MONTH, REGION]])
def test_every_wish_gives_a_chart(kind: str, groups: list[Any]) -> None:
    for measures in ([MEASURE], [MEASURE, COUNT]):
        made = chart(kind=kind, groups=groups, measures=measures, title="Our title")
        assert "Our title" in texts(made.svg)


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
def test_a_chart_that_would_mislead_is_another_and_says_why(
    parts: dict[str, Any], kind: str, why: str
) -> None:
    made = chart(**parts)
    assert (made.kind, why in " ".join(made.notes)) == (kind, True)


def test_a_result_without_rows_is_an_empty_table() -> None:
    none = [{"column": "region", "test": "eq", "values": ["East"]}]
    assert chart(filters=none, groups=[REGION], measures=[COUNT]).kind == "table"


def test_many_bars_and_series_are_cut_and_told() -> None:
    rows = "".join(f"{n},{n % 20},{n}\n" for n in range(60))
    made = chart(f"a,b,n\n{rows}", groups=[{"column": "a"}, {"column": "b"}], measures=[COUNT])
    assert any("largest of 20 series" in note for note in made.notes)
    alone = chart(
        "a\n" + "".join(f"x{n}\n" for n in range(60)), groups=[{"column": "a"}], measures=[COUNT]
    )
    assert any("first 30 of 60 bars" in note for note in alone.notes)


@pytest.mark.parametrize("kind", ["bar", "arc", "table", "line"])
def test_hostile_names_and_values_are_only_ever_text(kind: str) -> None:
    quoted = HOSTILE.replace('"', '""')
    text = f'"{quoted}",n\n"{quoted}",5\nb,6\n'
    made = chart(text, kind=kind, groups=[{"column": HOSTILE}], measures=[COUNT], title=HOSTILE)
    assert "<script" not in made.svg
    assert any("&lt;script&gt;" in text for text in texts(made.svg))
    assert "url" not in json.dumps(made.spec)


@pytest.mark.parametrize("mark", ["\uffff", "\ufffe", "\x0b", "\x1f"])
def test_a_character_that_cannot_be_drawn_does_not_end_the_process(mark: str) -> None:
    made = chart(f"a{mark},n\nx{mark}y,5\nb,6\n", groups=[{"column": "n"}], measures=[COUNT])
    assert made.svg.startswith("<svg")
    named = chart(f"a,n\nx{mark}y,5\nb,6\n", groups=[{"column": "a"}], measures=[COUNT])
    assert "xy" in texts(named.svg)


def test_no_column_is_lost_that_is_named_like_a_path() -> None:
    made = chart("a.b[0],n\nx,5\ny,6\n", groups=[{"column": "a.b[0]"}], measures=[COUNT])
    assert {"x", "y"} <= set(texts(made.svg))


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"url": "https://evil.example/data.csv"}},
        {"data": {"url": "file:///etc/passwd"}},
        {"mark": {"type": "image"}},
        {"mark": {"type": "bar", "href": "javascript:alert(1)"}},
        {"encoding": {"x": {"value": {"expr": "1+1"}}}},
        {"transform": [{"calculate": "1", "as": "x"}]},
        {"params": []},
        {"title": "a\x01b"},
        {"layer": [{"data": {"values": [], "format": {}}}]},
    ],
)
def test_a_chart_that_refers_or_computes_is_refused(change: dict[str, Any]) -> None:
    made = chart(groups=[REGION], measures=[COUNT])
    check(made.spec)
    with pytest.raises(UnsafeChart):
        check({**made.spec, **change})


def test_what_could_run_is_taken_out_of_a_picture() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'onload="alert(1)"><script>alert(1)</script><a href="javascript:x"><text>no</text></a>'
        '<g fill="url(https://evil.example)" clip-path="url(#c)" onclick="x" xlink:href="x">'
        "<text>yes</text><foreignObject/><image href='x'/></g></svg>"
    )
    assert cleaned(svg) == (
        '<svg xmlns="http://www.w3.org/2000/svg"><g clip-path="url(#c)"><text>yes</text></g></svg>'
    )


def test_entities_are_refused() -> None:
    with pytest.raises(InvalidOutput):
        cleaned('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>')
