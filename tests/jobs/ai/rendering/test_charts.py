"""Charts are drawn from their inline data only."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from jobs.ai.rendering import chart_spec, markdown, svg
from jobs.ai.rendering.chart_renderer import ChartRenderer
from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.embedded_images import embed_images
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.sandbox import process
from tests.jobs.ai.rendering.documents import (
    CHART,
    chart,
    markdown_document,
    open_docx,
    pdf_pages,
    rendered_html,
    svg_texts,
)

NOT_DRAWN = "This chart was not drawn"


@pytest.fixture(scope="module")
def document() -> MarkdownDocument:
    return embed_images(markdown_document(f"Text.\n\n{chart()}\n\nMore."), uuid.uuid4())


def test_a_chart_is_drawn_in_every_format(document: MarkdownDocument) -> None:
    [image] = document.images.values()
    assert image.content.startswith(b"\x89PNG")
    # the title is text, since the PDF contains the chart as vector graphics
    assert "Revenue by month" in pdf_pages(document)[0]
    [shape] = open_docx(document).inline_shapes
    assert shape._inline.docPr.get("descr") == "Revenue by month"
    assert "data:image/svg+xml;base64," in rendered_html(document)
    assert json.dumps(CHART) in markdown.render(document)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data": {"url": "https://evil.example/x.json"}}, "'url'"),
        ({"data": {"url": "file:///etc/passwd"}}, "'url'"),
        ({"transform": [{"calculate": "now()", "as": "x"}]}, "expression"),
        ({"transform": [{"filter": "datum.gbp > 1"}]}, "expression"),
        ({"mark": {"type": "bar", "color": {"expr": "1"}}}, "expression"),
        ({"encoding": {"href": {"field": "month"}}}, "'href'"),
        ({"data": {"sequence": {"start": 0, "stop": 1e12}}}, "generates"),
        ({"width": 1e9}, "4,000"),
    ],
)
def test_forbidden_parts_of_a_chart_are_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RenderingFailed, match=reason):
        chart_spec.validate(json.dumps({**CHART, **changes}))


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": NaN}', "[" * 100_000, '{"a":' * 60])
def test_an_invalid_specification_is_refused(text: str) -> None:
    with pytest.raises(RenderingFailed):
        chart_spec.validate(text)


def test_columns_may_have_any_name() -> None:
    rows = [{"url": "https://good.example", "expr": 1}]
    assert chart_spec.validate(json.dumps({**CHART, "data": {"values": rows}}))


def test_a_chart_that_needs_too_much_memory_is_shown_as_code(settings: Any) -> None:
    settings.DOCUMENT_READER_MEMORY = 150_000_000  # the sooner used up
    greedy = chart(transform=[{"density": "gbp", "steps": 10**9, "extent": [0, 1]}])
    made = embed_images(markdown_document(f"{greedy}\n\n{chart()}"), uuid.uuid4())
    assert "memory" in next(iter(made.missing_images.values()))
    assert len(made.images) == 1, "the next chart is drawn"
    assert NOT_DRAWN in pdf_pages(made)[0]
    assert NOT_DRAWN in rendered_html(made)
    assert any(NOT_DRAWN in line.text for line in open_docx(made).paragraphs)


def test_a_slow_chart_ends_by_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "RESPONSE_TIMEOUT_SECONDS", 0.05)
    with ChartRenderer() as chart_renderer, pytest.raises(RenderingFailed, match="longer"):
        chart_renderer.draw(json.dumps(CHART))


@pytest.fixture(scope="module")
def chart_renderer() -> Iterator[ChartRenderer]:
    with ChartRenderer() as renderer:
        yield renderer


@pytest.mark.parametrize("mark", ["\uffff", "\ufffe", "\x0b", "\x1f"])
def test_a_character_that_xml_cannot_hold_is_dropped(
    chart_renderer: ChartRenderer, mark: str
) -> None:
    # the library aborts its process on such a character in a label
    rows = [{f"mon{mark}th": f"Ma{mark}y", "gbp": 28}]
    encoding = {**CHART["encoding"], "x": {"field": f"mon{mark}th"}}
    hostile = {**CHART, "title": f"Reve{mark}nue", "data": {"values": rows}, "encoding": encoding}
    words = svg_texts(chart_renderer.draw(json.dumps(hostile)).svg)
    assert {"Revenue", "May", "month"} <= set(words)


def test_a_heat_map_keeps_its_gradient(chart_renderer: ChartRenderer) -> None:
    color = {"field": "gbp", "type": "quantitative"}
    spec = {**CHART, "mark": "rect", "encoding": {**CHART["encoding"], "color": color}}
    assert "linearGradient" in chart_renderer.draw(json.dumps(spec)).svg


def test_scripts_are_removed_from_an_image() -> None:
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'onload="alert(1)"><script>alert(1)</script><a href="javascript:x"><text>no</text></a>'
        '<g fill="url(https://evil.example)" clip-path="url(#c)" onclick="x" xlink:href="x">'
        "<text>yes</text><foreignObject/><image href='x'/></g></svg>"
    )
    assert svg.sanitize(hostile) == (
        '<svg xmlns="http://www.w3.org/2000/svg"><g clip-path="url(#c)"><text>yes</text></g></svg>'
    )


def test_xml_entities_are_refused() -> None:
    with pytest.raises(ValueError, match="Entities"):
        svg.sanitize(
            '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
        )
