"""Arabic paragraphs begin at the right margin of a PDF."""

from contextlib import closing

import pypdfium2
import pytest

from jobs.ai.rendering import pdf
from tests.jobs.ai.rendering.documents import markdown_document

ARABIC = "هذه جملة عربية"


@pytest.mark.parametrize("following", ["", "1. One", "- one", "> quoted", "| a |\n|---|\n| b |"])
def test_a_right_to_left_paragraph_is_right_aligned(following: str) -> None:
    made = pdf.render(markdown_document(f"{ARABIC}\n\n{following}"))
    with closing(pypdfium2.PdfDocument(made.content)) as document:
        page = document[0]
        layer = page.get_textpage()
        text = layer.get_text_range()
        arabic = [index for index, character in enumerate(text) if "\u0600" < character < "\u0700"]
        right = max(layer.get_charbox(index)[2] for index in arabic)
        assert right > 0.8 * page.get_width(), f"{right} of {page.get_width()}"
