"""Plain text, Markdown and CSV, in any encoding."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from documents import media_types
from documents.errors import UnreadableDocument
from documents.extraction.pages import (
    MAX_PAGE_CHARACTERS,
    DocumentPages,
    ExtractionLimits,
    single_page,
)
from jobs.ai.text import encodings

TYPES = frozenset({media_types.TEXT, media_types.CSV, media_types.MARKDOWN})
"""Read in the worker's own process, since only Python code handles them, in bounded time and
memory."""
MAX_BYTES = 4 * MAX_PAGE_CHARACTERS
"""No encoding takes more than four bytes for a character."""


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open a text file as one page."""
    text, truncated = decode(stream)
    yield single_page(text.strip(), truncated=truncated)


def decode(stream: IO[bytes], declared: str = "") -> tuple[str, bool]:
    """Return the text, and whether the file was truncated. Raises `UnreadableDocument`.

    `declared` is the encoding that the file itself declares.
    """
    stream.seek(0)
    content = stream.read(MAX_BYTES)
    truncated = bool(stream.read(1))
    encoding = encoding_of(content, declared)
    # Truncation may split a character, and a single invalid byte must not fail the document.
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n"), truncated


def encoding_of(content: bytes, declared: str = "") -> str:
    """Return the encoding: by mark, UTF-8 if valid, else the declared or most likely one."""
    best = encodings.detect(io.BytesIO(content), declared)
    if best is None:
        raise UnreadableDocument(
            "The encoding of the text is unknown. Save it as UTF-8 and upload it again."
        )
    return best
