"""PPTX by python-pptx: each slide is a page, followed by its speaker notes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from documents import archives
from documents.errors import UnreadableDocument
from documents.extraction.pages import NATIVE, DocumentPages, ExtractionLimits, PageText, page_text

LINE_HEIGHT_EMU = 180_000
"""English Metric Units (half a centimetre). Shapes whose tops differ by less are on one line."""


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open a presentation. Raises `TooManyPages`, `UnpacksTooLarge` or `UnreadableDocument`."""
    import pptx

    archives.open_archive(stream).close()
    stream.seek(0)
    slides = list(pptx.Presentation(stream).slides)
    if not slides:
        raise UnreadableDocument("The presentation has no slides.")
    limits.check_pages(len(slides), "slides")
    yield DocumentPages(count=len(slides), read=lambda number: _read(slides[number - 1], number))


def _read(slide: Any, number: int) -> PageText:
    parts = [text for shape in _in_order(slide.shapes) for text in _texts(shape)]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text.strip()
        parts.extend([f"Notes: {notes}"] if notes else [])
    return page_text(number, "\n".join(parts).replace("\v", "\n"), NATIVE)


def _in_order(shapes: Any) -> list[Any]:
    """Sort shapes in reading order: the title, then line by line, from left to right."""
    title = getattr(shapes, "title", None)
    first = title.shape_id if title is not None else None
    return sorted(
        shapes,
        key=lambda one: (one.shape_id != first, (one.top or 0) // LINE_HEIGHT_EMU, one.left or 0),
    )


def _texts(shape: Any) -> Iterator[str]:
    """Yield the texts of a shape, of the shapes in a group, or of the rows of a table."""
    if hasattr(shape, "shapes"):
        for one in _in_order(shape.shapes):
            yield from _texts(one)
    elif getattr(shape, "has_table", False):
        for row in shape.table.rows:
            yield "\t".join(_in_line(cell.text) for cell in row.cells if not cell.is_spanned)
    elif shape.has_text_frame and shape.text_frame.text.strip():
        yield shape.text_frame.text.strip()


def _in_line(text: str) -> str:
    return " ".join(text.split())
