"""Comparison of a quotation with its source, word for word except white space and typography."""

import re
import unicodedata

IGNORED = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w.,%€$£¥]|_")
"""Where a quotation may differ: all but letters, digits, number separators, % and currencies."""


def normalize(text: str) -> str:
    """Return a text in lower case without white space, hyphens, quotation marks and the like.

    A text contains a quotation if its normalized form contains that of the quotation.
    """
    return IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())
