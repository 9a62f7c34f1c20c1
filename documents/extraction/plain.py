"""Plain text, Markdown and CSV: their own text, in whatever encoding it comes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from documents import media_types
from documents.errors import Unreadable
from documents.extraction.pages import MAX_CHARACTERS, Limits, Pages, one_page
from jobs.ai.text import encodings

TYPES = frozenset({media_types.TEXT, media_types.CSV, media_types.MARKDOWN})
"""Read by Python alone, in bounded time and memory."""
MAX_BYTES = 4 * MAX_CHARACTERS
"""No encoding takes more than four bytes for a character."""


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open a text file as one page."""
    text, truncated = decoded(stream)
    yield one_page(text.strip(), truncated=truncated)


def decoded(stream: IO[bytes], declared: str = "") -> tuple[str, bool]:
    """Give the text, and whether the file has more than is read. Raises `Unreadable`.

    `declared` is the encoding that it says it has.
    """
    stream.seek(0)
    content = stream.read(MAX_BYTES)
    truncated = bool(stream.read(1))
    encoding = encoding_of(content, declared)
    # A cut may go through a character; elsewhere a rare wrong byte must not cost the document.
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n"), truncated


def encoding_of(content: bytes, declared: str = "") -> str:
    """Give the encoding: by its mark, UTF-8 where it is valid, the declared or likeliest one."""
    best = encodings.detect(io.BytesIO(content), declared)
    if best is None:
        raise Unreadable("The text is in no known encoding. Save it as UTF-8 and upload it again.")
    return best
