"""What every family of files gives: a number of pages, and the text of each on demand."""

from collections.abc import Callable
from dataclasses import dataclass

from documents.errors import TooManyPages

TEXT_LAYER, OCR, NATIVE = "text_layer", "ocr", "native"

MAX_CHARACTERS = 2_000_000
"""Of one page; a spreadsheet's sheet or a text file is one page."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a stranger's file is read."""

    pages: int
    pixels: int
    """Of one picture."""

    def check_pages(self, count: int, what: str) -> None:
        """Raise `TooManyPages` where there are more; `what` says of what, such as "slides"."""
        if count > self.pages:
            raise TooManyPages(
                f"The file has {count:,} {what}; {self.pages:,} are read at most. Split it."
            )


@dataclass(frozen=True, kw_only=True)
class PageText:
    """The text of one page."""

    number: int
    """1 for the first page."""
    text: str
    method: str
    """`text_layer`, `ocr` or `native`."""
    language: str = ""
    """Languages that the OCR was told to expect ("eng+deu")."""
    truncated: bool = False
    """Whether the page has more text than is kept."""


@dataclass(frozen=True, kw_only=True)
class Pages:
    """An opened document. Pages are read one at a time; nothing of a page is kept after it."""

    count: int
    read: Callable[[int], PageText]
    """Reads the page of this number, 1 for the first."""


def page_text(
    number: int, text: str, method: str, *, language: str = "", truncated: bool = False
) -> PageText:
    """Make a page whose text can be stored: no NUL, no lone surrogate, not endless."""
    kept = text[:MAX_CHARACTERS].replace("\x00", "")
    return PageText(
        number=number,
        text=kept.encode("utf-8", "replace").decode("utf-8"),
        method=method,
        language=language,
        truncated=truncated or len(text) > MAX_CHARACTERS,
    )


def one_page(text: str, *, truncated: bool = False) -> Pages:
    """Make a document that is one page, of a text that is at hand."""
    page = page_text(1, text, NATIVE, truncated=truncated)
    return Pages(count=1, read=lambda number: page)
