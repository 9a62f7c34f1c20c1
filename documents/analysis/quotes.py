"""Which page of a document a quotation stands on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.analysis.findings import Page
from jobs.ai.text.quotations import normalize

SHORTEST = 2
"""Letters and digits of a quotation that says anything."""
UNMISTAKABLE = 8
"""From so many on it is looked for on other pages than the one that was named."""


@dataclass(frozen=True, kw_only=True)
class Quotable:
    """Pages that quotations are looked up in."""

    pages: Sequence[Page]
    _plain: dict[int, str] = field(default_factory=dict, init=False)

    def find(self, quote: str | None, page: int | None) -> int | None:
        """Give the number of the page that has the quotation; `None` where none has it.

        That is the page that was named, or, for a quotation that is long enough, another.
        """
        wanted = normalize(quote or "")
        if len(wanted) < SHORTEST:
            return None
        if page is not None and wanted in self._page(page):
            return page
        if len(wanted) < UNMISTAKABLE:
            return None
        return next((number for number, _ in self.pages if wanted in self._page(number)), None)

    def _page(self, number: int) -> str:
        if not self._plain:
            for known, text in self.pages:
                self._plain[known] = self._plain.get(known, "") + normalize(text)
        return self._plain.get(number, "")
