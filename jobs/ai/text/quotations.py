"""Whether a quotation stands in a text: word for word, but for white space and typography."""

import re
import unicodedata

UNREAD = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w.,%€$£¥]|_")
"""What a quotation may have differently: all but letters, digits, and the points of numbers."""


def plain(text: str) -> str:
    """Give a text in small letters without white space, hyphens, quotation marks and the like.

    A quotation stands in a text where its plain form is part of the text's.
    """
    return UNREAD.sub("", unicodedata.normalize("NFKC", text).casefold())
