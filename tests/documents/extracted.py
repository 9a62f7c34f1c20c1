"""Reads content as a job would, without a database."""

import io

from documents import extraction, media_types, names
from documents.extraction import PageText


def extracted(content: bytes, name: str) -> list[PageText]:
    """Give every page of a file."""
    stream = io.BytesIO(content)
    media_type = media_types.detect(stream, names.extension(name))
    assert media_type is not None
    stream.seek(0)
    with extraction.opened(stream, media_type) as pages:
        return [pages.read(number) for number in range(1, pages.count + 1)]


def only(content: bytes, name: str) -> PageText:
    """Give the page of a file that has one."""
    (page,) = extracted(content, name)
    return page
