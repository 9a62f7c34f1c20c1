"""From the bytes of an answer to its text, whatever they claim to be."""

import codecs
import re
import zlib

from jobs.ai import encodings
from jobs.ai.web.errors import Unreadable

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


def inflated(body: bytes, encoding: str, most: int) -> bytes:
    """Undo the Content-Encoding of a body, into `most` bytes and not one more.

    Raises `Unreadable` where it is larger, broken, or compressed in a way that we did not ask for.
    """
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    if kind not in COMPRESSED:
        raise Unreadable(f"The page is compressed as {kind[:40]!r}, which we did not ask for.")
    try:
        content = zlib.decompressobj(EITHER).decompress(body, most + 1)
    except zlib.error:
        raise Unreadable("The page is compressed, but broken.") from None
    if len(content) > most:
        raise too_large(most)
    return content


def too_large(most: int) -> Unreadable:
    """Say that a page is larger than what we read."""
    return Unreadable(f"The page is larger than {most / 1_000_000:g} MB.")


def decoded(content: bytes, declared: str) -> str:
    """Give the text: by its byte order mark, by what was `declared`, by its own word, or UTF-8."""
    if mark := encodings.marked(content):
        return content.decode(mark, "replace")
    for charset in (declared, declared_in(content), "utf-8"):
        if not CHARSETS.fullmatch(charset):
            continue
        try:
            return content.decode(charset, "strict" if charset == "utf-8" else "replace")
        except (LookupError, UnicodeError):
            continue
    return content.decode("cp1252", "replace")


def declared_in(content: bytes) -> str:
    """Give the charset that a page says it has; "" where it says none that is known."""
    own = DECLARED.search(content[:HEAD])
    charset = own[1].decode() if own else ""
    return charset if CHARSETS.fullmatch(charset) and _is_known(charset) else ""


def _is_known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return True
