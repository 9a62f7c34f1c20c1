"""PPTX: each slide is a page, in reading order."""

import io
from typing import Any

import pptx
import pytest
from pptx.util import Inches

from documents.errors import DocumentError
from documents.extraction import ExtractionLimits
from tests.documents.extracted import extracted, only


def saved(presentation: Any) -> bytes:
    target = io.BytesIO()
    presentation.save(target)
    return target.getvalue()


def written(shapes: Any, text: str, left: float, top: float) -> None:
    box = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
    box.text_frame.text = text


def test_title_boxes_tables_groups_and_notes_are_read_in_order() -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    written(slide.shapes, "right", 5, 2)
    written(slide.shapes, "left", 1, 2.05)
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for number, text in enumerate(["Item", "Price", "Bolt", "4.50"]):
        table.cell(number // 2, number % 2).text = text
    group = slide.shapes.add_group_shape()
    written(group.shapes, "in a group", 1, 5)
    slide.shapes.title.text = "The bridge"
    slide.notes_slide.notes_text_frame.text = "Say it slowly"
    page = only(saved(presentation), "deck.pptx")
    assert page.text.splitlines() == [
        "The bridge",
        "left",
        "right",
        "Item\tPrice",
        "Bolt\t4.50",
        "in a group",
        "Notes: Say it slowly",
    ]
    assert page.method == "native"


def test_each_slide_is_a_page_up_to_the_limit() -> None:
    presentation = pptx.Presentation()
    for text in ("first", "second"):
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        written(slide.shapes, text, 1, 1)
    content = saved(presentation)
    assert [page.text for page in extracted(content, "two.pptx")] == ["first", "second"]
    with pytest.raises(DocumentError) as caught:
        extracted(content, "two.pptx", ExtractionLimits(pages=1, pixels=1))
    assert caught.value.code == "too_many_pages"
