"""Finds the page of a document that contains a quotation."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.analysis.findings import NumberedPage
from jobs.ai.text.quotations import normalize

MIN_QUOTE_CHARACTERS = 2
"""Letters and digits; a shorter quotation proves nothing."""
MIN_DISTINCT_CHARACTERS = 8
"""A quotation this long is searched for on other pages than the given one."""


@dataclass(frozen=True, kw_only=True)
class QuoteIndex:
    """Pages in which quotations are looked up."""

    pages: Sequence[NumberedPage]
    _plain: dict[int, str] = field(default_factory=dict, init=False)

    def find(self, quote: str | None, page: int | None) -> int | None:
        """Return the number of the page with the quotation, or `None`.

        That is the given page or, if the quotation is long enough, another one.
        """
        normalized = normalize(quote or "")
        if len(normalized) < MIN_QUOTE_CHARACTERS:
            return None
        if page is not None and normalized in self._page(page):
            return page
        if len(normalized) < MIN_DISTINCT_CHARACTERS:
            return None
        return next((number for number, _ in self.pages if normalized in self._page(number)), None)

    def _page(self, number: int) -> str:
        if not self._plain:
            for known, text in self.pages:
                self._plain[known] = self._plain.get(known, "") + normalize(text)
        return self._plain.get(number, "")
