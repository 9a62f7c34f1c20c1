"""Common interface of the readers: a page count, and the text of each page on demand."""

from collections.abc import Callable
from dataclasses import dataclass

from documents.errors import TooManyPages

TEXT_LAYER, OCR, NATIVE = "text_layer", "ocr", "native"

MAX_PAGE_CHARACTERS = 2_000_000
"""A worksheet or a text file is one page."""


@dataclass(frozen=True, kw_only=True)
class ExtractionLimits:
    """Limits on how much of an untrusted file is read."""

    pages: int
    pixels: int
    """Of one image."""

    def check_pages(self, count: int, what: str) -> None:
        """Raise `TooManyPages` above the limit; `what` names the unit, such as "slides"."""
        if count > self.pages:
            raise TooManyPages(
                f"The file has {count:,} {what}; the limit is {self.pages:,}. Split it."
            )


@dataclass(frozen=True, kw_only=True)
class PageText:
    """The text of one page."""

    number: int
    """From 1."""
    text: str
    method: str
    """`text_layer`, `ocr` or `native`."""
    language: str = ""
    """Languages that the OCR was configured for ("eng+deu")."""
    truncated: bool = False
    """Whether the page has more text than is stored."""


@dataclass(frozen=True, kw_only=True)
class DocumentPages:
    """An open document. Pages are read one at a time and not kept."""

    count: int
    read: Callable[[int], PageText]
    """Reads the page of this number, from 1."""


def page_text(
    number: int, text: str, method: str, *, language: str = "", truncated: bool = False
) -> PageText:
    """Create a page of storable text: no NUL, no lone surrogates, limited length."""
    kept = text[:MAX_PAGE_CHARACTERS].replace("\x00", "")
    return PageText(
        number=number,
        text=kept.encode("utf-8", "replace").decode("utf-8"),
        method=method,
        language=language,
        truncated=truncated or len(text) > MAX_PAGE_CHARACTERS,
    )


def single_page(text: str, *, truncated: bool = False) -> DocumentPages:
    """Create a document of one page from a text in memory."""
    page = page_text(1, text, NATIVE, truncated=truncated)
    return DocumentPages(count=1, read=lambda number: page)
