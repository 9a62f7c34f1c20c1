"""Detect the encoding of a text, by its byte order mark or by likelihood."""

import codecs
import re
from typing import IO

from jobs.ai.text import alphabets

CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 65_536
"""An encoding other than UTF-8 is guessed from a sample around the first non-ASCII bytes."""
CONTEXT_BYTES = 8
"""Part of the sample before the first non-ASCII byte: neighbours help to identify letters."""
MAX_BROKEN_SHARE = 0.1
"""Tolerated share of broken letters in a multibyte encoding: a cut text, or inserted bytes."""
MULTIBYTE = frozenset({"utf-8", "cp932", "euc_jp", "cp949", "gb18030", "big5", "big5hkscs"})
"""Damage breaks letters in these encodings. In single-byte ones it yields other letters."""
KANA = re.compile(r"[\u3041-\u30fe]")
MIN_KANA_SHARE = 0.3
"""Of the non-ASCII letters of a Japanese text; other languages have no kana."""
JAPANESE = ("cp932", "euc_jp")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # first: this mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

WESTERN = ("cp1252", "cp1254")
"""Western European and Turkish; they differ in six letters."""
NON_ASCII_RUN = re.compile(rb"[\x80-\xff]+")
WESTERN_BYTES = re.compile(
    rb"(?<=[A-Za-z])[\xc0-\xff]|[\xc0-\xff](?=[A-Za-z])|(?<=[A-Za-z])\x92(?=[A-Za-z])"
    rb"|[\x80\x85\x91-\x97\xa3\xa7\xab\xb0\xbb](?![A-Za-z])"
    rb"|(?<![A-Za-z])[\x80\x85\x91-\x97\xa3\xa7\xab\xb0\xbb]"
    rb"|(?<=[m\d])[\xb2\xb3](?![A-Za-z])|(?<![A-Za-z])(?:\xb5|[\xb1\xbc-\xbe](?![A-Za-z]))"
)
"""Western letters beside ASCII letters, and Western signs between words."""
NOT_WESTERN_BYTES = re.compile(rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9b\x9d-\xac\xae-\xbf](?=[A-Za-z])")
"""Bytes within a word that are not letters in the Western encodings."""


def from_byte_order_mark(head: bytes) -> str | None:
    """Return the encoding named by a byte order mark, or `None`."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def detect(stream: IO[bytes], declared: str = "") -> str | None:
    """Return the encoding of a text: by its byte order mark, else UTF-8 if nearly all of it fits.

    Otherwise it is `declared`, the encoding that the text itself declares, if that is plausible;
    else the most likely one; else `declared` after all. Returns `None` if nothing is likely. Reads
    in chunks, and leaves the stream at its start.
    """
    stream.seek(0)
    mark = from_byte_order_mark(stream.read(len(codecs.BOM_UTF32_LE)))
    stream.seek(0)
    if mark:
        return mark
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK_BYTES):
            decoder.decode(chunk)  # not final: the text may end within a character
    except UnicodeDecodeError as error:  # `object` begins with the rest of the previous chunk
        content = error.object + stream.read(SAMPLE_BYTES)
        around = content[max(0, error.start - SAMPLE_BYTES) : error.start + SAMPLE_BYTES]
        for encoding in filter(None, ("utf-8", declared)):
            if is_plausible(around, encoding):
                return encoding
        start = max(0, error.start - CONTEXT_BYTES)
        return guess(content[start : start + SAMPLE_BYTES]) or declared or None
    finally:
        stream.seek(0)
    return "utf-8"


def guess(sample: bytes) -> str | None:
    """Return the most likely encoding of bytes that are not UTF-8, or `None`."""
    import charset_normalizer

    if encoding := alphabets.detect(sample) or _detect_japanese(sample):
        return encoding
    if _is_western(sample):
        best = charset_normalizer.from_bytes(sample, cp_isolation=[*WESTERN]).best()
        return best.encoding if best else WESTERN[0]
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else None


def is_plausible(sample: bytes, encoding: str) -> bool:
    """Whether bytes that are not all ASCII decode in this encoding, but for tolerable damage."""
    letters = [char for char in sample.decode(encoding, errors="replace") if not char.isascii()]
    return letters.count("\ufffd") <= MAX_BROKEN_SHARE * (encoding in MULTIBYTE) * len(letters)


def _is_western(sample: bytes) -> bool:
    # charset_normalizer takes a few umlauts for Chinese, and accents for those of another country
    runs = NON_ASCII_RUN.findall(sample)
    single, total = sum(len(run) == 1 for run in runs), sum(map(len, runs))
    western, foreign = len(WESTERN_BYTES.findall(sample)), len(NOT_WESTERN_BYTES.findall(sample))
    return 2 * single >= len(runs) and 2 * western >= total and 20 * foreign <= total


def _detect_japanese(sample: bytes) -> str | None:
    """Return the encoding in which the text has kana; charset_normalizer takes it for Korean."""
    for encoding in JAPANESE:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        letters = [char for char in text if not char.isascii()]
        if len(KANA.findall(text)) >= MIN_KANA_SHARE * max(1, len(letters)):
            return encoding
    return None
