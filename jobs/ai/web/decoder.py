"""From the bytes of an answer to its text, whatever they claim to be."""

import codecs
import re
import zlib
from contextlib import suppress

from jobs.ai.text import encodings
from jobs.errors import InvalidInput

COMPRESSED = {"gzip", "x-gzip", "deflate"}
EITHER = zlib.MAX_WBITS | 32
"""zlib reads the header, of gzip or of its own format."""
DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})""", re.IGNORECASE)
HEAD = 4096
"""Bytes in which a page declares its charset."""
CHARSETS = re.compile(
    r"utf-?(8|16|16le|16be|32)|(us-)?ascii|iso-?8859-?\d+|latin-?\d|windows-?\d+|cp-?\d+"
    r"|shift[-_]?jis|sjis|euc-?(jp|kr)|iso-?2022-?jp|gb(2312|k|18030)|big5(-?hkscs)?"
    r"|koi8-?[ru]|mac(intosh|roman|cyrillic)|tis-?620",
    re.IGNORECASE,
)
"""Of pages. Python knows others, some of which are slow, or no charsets at all."""
MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-16-le",
}
"""What pages mean by names of Python's encodings, with more letters (WHATWG Encoding, 4.2)."""
WIDE = ("utf-16", "utf-32")
"""No page in them declares that in ASCII, and none with markup is without zero bytes."""


class PageUnreadable(InvalidInput):
    """A URL has no page that may be read. Final: another try would end the same way."""

    code = "page_unreadable"


def inflated(body: bytes, encoding: str, most: int) -> bytes:
    """Undo the Content-Encoding of a body, into `most` bytes and not one more.

    Raises `PageUnreadable` if it is larger, broken, or compressed in a way that was not requested.
    """
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    if kind not in COMPRESSED:
        raise PageUnreadable(f"The page is compressed as {kind[:40]!r}, which we did not ask for.")
    try:
        content = zlib.decompressobj(EITHER).decompress(body, most + 1)
    except zlib.error:
        raise PageUnreadable("The page is compressed, but broken.") from None
    if len(content) > most:
        raise too_large(most)
    return content


def too_large(most: int) -> PageUnreadable:
    """Say that a page is larger than what we read."""
    return PageUnreadable(f"The page is larger than {most / 1_000_000:g} MB.")


def decoded(content: bytes, declared: str) -> str:
    """Give the text: by its byte order mark, by what was `declared`, by its own word, or UTF-8.

    Each is believed where all of the text is right in it. Where none is, the text is damaged: it is
    UTF-8 where nearly all is right, else what was said, or that of Western Europe.
    """
    if mark := encodings.from_byte_order_mark(content):
        return content.decode(mark, "replace")
    said = [one for one in (meant(declared), declared_in(content)) if one]
    if b"\0" not in content[:HEAD]:
        said = [one for one in said if not one.startswith(WIDE)]
    for encoding in (*said, "utf-8"):
        with suppress(UnicodeError):
            return content.decode(encoding)
    if encodings.is_plausible(content, "utf-8"):
        return content.decode("utf-8", "replace")
    national = (one for one in said if not one.startswith("utf"))
    return content.decode(next(national, "cp1252"), "replace")


def declared_in(content: bytes) -> str:
    """Give the encoding that a page says it has.

    "" where it says none that is known, or one of Unicode: that is read as UTF-8 without a word.
    """
    own = DECLARED.search(content[:HEAD])
    encoding = meant(own[1].decode()) if own else ""
    return "" if encoding.startswith("utf") else encoding


def meant(charset: str) -> str:
    """Give the encoding that a page means by the name of a charset; "" where it is none."""
    try:
        known = codecs.lookup(charset).name if CHARSETS.fullmatch(charset) else ""
    except LookupError:
        return ""
    return MEANT.get(known, known)
