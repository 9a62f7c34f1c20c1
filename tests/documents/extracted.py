"""Text extraction without a database, in this process."""

import io

from documents import extraction, file_names, media_types
from documents.errors import from_exception
from documents.extraction import ExtractionLimits, PageText

ROOMY = ExtractionLimits(pages=500, pixels=60_000_000)


def extracted(content: bytes, name: str, limits: ExtractionLimits = ROOMY) -> list[PageText]:
    """Return every page of a file."""
    stream = io.BytesIO(content)
    media_type = media_types.detect(stream, file_names.extension(name))
    assert media_type is not None
    stream.seek(0)
    try:
        with extraction.open_document(stream, media_type, limits) as pages:
            return [pages.read(number) for number in range(1, pages.count + 1)]
    except Exception as error:
        raise from_exception(error) from error


def only(content: bytes, name: str) -> PageText:
    """Return the page of a file that has one."""
    (page,) = extracted(content, name)
    return page
