"""Decoding of the body of a response: decompression and charset."""

import codecs
import re
import zlib
from contextlib import suppress

from jobs.ai.text import encodings
from jobs.errors import InvalidInput

COMPRESSIONS = {"gzip", "x-gzip", "deflate"}
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
"""zlib detects its own format or gzip by the header."""
META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})""", re.IGNORECASE
)
HEAD_BYTES = 4096
"""A page declares its charset within these."""
CHARSET_NAMES = re.compile(
    r"utf-?(8|16|16le|16be|32)|(us-)?ascii|iso-?8859-?\d+|latin-?\d|windows-?\d+|cp-?\d+"
    r"|shift[-_]?jis|sjis|euc-?(jp|kr)|iso-?2022-?jp|gb(2312|k|18030)|big5(-?hkscs)?"
    r"|koi8-?[ru]|mac(intosh|roman|cyrillic)|tis-?620",
    re.IGNORECASE,
)
"""Accepted names. Python has other codecs, some of them slow or not charsets at all."""
WEB_ENCODINGS = {
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
"""Supersets that browsers use for these Python encodings (WHATWG Encoding, 4.2)."""
WIDE_ENCODINGS = ("utf-16", "utf-32")
"""A page in these cannot declare it in ASCII, and its markup contains zero bytes."""


class PageUnreadable(InvalidInput):
    """The URL has no page that may be read. Final: another attempt would end the same way."""

    code = "page_unreadable"


def decompress(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """Undo the Content-Encoding of a body, up to `max_bytes`.

    Raises `PageUnreadable` if the content is larger or broken, or if the compression is unknown.
    """
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    if kind not in COMPRESSIONS:
        raise PageUnreadable(f"The page is compressed as {kind[:40]!r}, which was not requested.")
    try:
        content = zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, max_bytes + 1)
    except zlib.error:
        raise PageUnreadable("The compressed content of the page is broken.") from None
    if len(content) > max_bytes:
        raise page_too_large(max_bytes)
    return content


def page_too_large(max_bytes: int) -> PageUnreadable:
    """Return the error for a page over the limit."""
    return PageUnreadable(f"The page is larger than {max_bytes / 1_000_000:g} MB.")


def decode(content: bytes, declared: str) -> str:
    """Return the text of a page.

    The encoding is that of the byte order mark; else the first of `declared`, the page's own
    declaration and UTF-8 in which the whole text is valid. A damaged text, valid in none of them,
    is UTF-8 if nearly all of it is; else in the declared single-byte encoding, or in cp1252.
    """
    if encoding := encodings.from_byte_order_mark(content):
        return content.decode(encoding, "replace")
    candidates = [resolve_charset(declared), declared_encoding(content)]
    candidates = [name for name in candidates if name]
    if b"\0" not in content[:HEAD_BYTES]:
        candidates = [name for name in candidates if not name.startswith(WIDE_ENCODINGS)]
    for encoding in (*candidates, "utf-8"):
        with suppress(UnicodeError):
            return content.decode(encoding)
    if encodings.is_plausible(content, "utf-8"):
        return content.decode("utf-8", "replace")
    national = (name for name in candidates if not name.startswith("utf"))
    return content.decode(next(national, "cp1252"), "replace")


def declared_encoding(content: bytes) -> str:
    """Return the encoding that a page declares in a `meta` element.

    Returns "" if it declares none that is known, or a Unicode encoding: UTF-8 is tried anyway.
    """
    meta = META_CHARSET.search(content[:HEAD_BYTES])
    encoding = resolve_charset(meta[1].decode()) if meta else ""
    return "" if encoding.startswith("utf") else encoding


def resolve_charset(charset: str) -> str:
    """Return the Python encoding for a charset name as browsers read it, or "" if unknown."""
    try:
        name = codecs.lookup(charset).name if CHARSET_NAMES.fullmatch(charset) else ""
    except LookupError:
        return ""
    return WEB_ENCODINGS.get(name, name)
