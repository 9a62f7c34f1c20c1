"""In which encoding bytes are text: by their mark, or by what is likeliest."""

import codecs
import re
from typing import IO

from jobs.ai.text import alphabets

CHUNK = 1 << 20
SAMPLE = 65_536
"""Bytes from which an encoding other than UTF-8 is guessed: around the first that are not ASCII."""
BEFORE = 8
"""Those of them that stand before: letters are known by their neighbours."""
BROKEN = 0.1
"""Of the letters that may be, where each has several bytes: by a cut, or by something put in."""
SEVERAL = frozenset({"utf-8", "cp932", "euc_jp", "cp949", "gb18030", "big5", "big5hkscs"})
"""Encodings in which that is so: damage breaks letters. In others it makes other letters."""
KANA = re.compile(r"[\u3041-\u30fe]")
KANA_SHARE = 0.3
"""Of a Japanese text's letters; other languages have none."""
JAPANESE = ("cp932", "euc_jp")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

WESTERN = ("cp1252", "cp1254")
"""Of Western Europe, and of Turkey: they differ in six letters."""
HIGH = re.compile(rb"[\x80-\xff]+")
OURS = re.compile(
    rb"(?<=[A-Za-z])[\xc0-\xff]|[\xc0-\xff](?=[A-Za-z])|(?<=[A-Za-z])\x92(?=[A-Za-z])"
    rb"|[\x80\x85\x91-\x97\xa3\xa7\xab\xb0\xbb](?![A-Za-z])"
    rb"|(?<![A-Za-z])[\x80\x85\x91-\x97\xa3\xa7\xab\xb0\xbb]"
    rb"|(?<=[m\d])[\xb2\xb3](?![A-Za-z])|(?<![A-Za-z])(?:\xb5|[\xb1\xbc-\xbe](?![A-Za-z]))"
)
"""Letters beside those of ASCII, and signs between words, as they are in the Western encodings."""
OTHERS = re.compile(rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9b\x9d-\xac\xae-\xbf](?=[A-Za-z])")
"""What they have no letter for, within a word."""


def marked(head: bytes) -> str | None:
    """Give the encoding that a byte order mark names; `None` where there is none."""
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)


def of(stream: IO[bytes], declared: str = "") -> str | None:
    """Give the encoding of a text: by its mark, UTF-8 where nearly all is, else the likeliest.

    `declared` is what the text itself says: after UTF-8, it is believed where it can be true, or
    where nothing is likelier. `None` where none is likely. Reads in chunks, and leaves the stream
    at its start.
    """
    stream.seek(0)
    mark = marked(stream.read(len(codecs.BOM_UTF32_LE)))
    stream.seek(0)
    if mark:
        return mark
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)  # never final: the text may be cut within a character
    except UnicodeDecodeError as error:  # its object begins with what the chunk before left over
        content = error.object + stream.read(SAMPLE)
        around = content[max(0, error.start - SAMPLE) : error.start + SAMPLE]
        for encoding in filter(None, ("utf-8", declared)):
            if can_be(around, encoding):
                return encoding
        start = max(0, error.start - BEFORE)
        return guessed(content[start : start + SAMPLE]) or declared or None
    finally:
        stream.seek(0)
    return "utf-8"


def guessed(sample: bytes) -> str | None:
    """Give the likeliest encoding of bytes that are not UTF-8; `None` where none is likely."""
    import charset_normalizer

    if known := alphabets.of(sample) or _japanese(sample):
        return known
    if _is_western(sample):
        best = charset_normalizer.from_bytes(sample, cp_isolation=[*WESTERN]).best()
        return best.encoding if best else WESTERN[0]
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else None


def can_be(sample: bytes, encoding: str) -> bool:
    """Whether bytes, not all of ASCII, are right in an encoding, or all but some damage."""
    letters = [one for one in sample.decode(encoding, errors="replace") if not one.isascii()]
    return letters.count("\ufffd") <= BROKEN * (encoding in SEVERAL) * len(letters)


def _is_western(sample: bytes) -> bool:
    # Of a few umlauts the library makes Chinese, and of accents those of another country.
    runs = HIGH.findall(sample)
    alone, total = sum(len(run) == 1 for run in runs), sum(map(len, runs))
    ours, others = len(OURS.findall(sample)), len(OTHERS.findall(sample))
    return 2 * alone >= len(runs) and 2 * ours >= total and 20 * others <= total


def _japanese(sample: bytes) -> str | None:
    """Give the encoding in which a text has kana, which the library takes for Korean."""
    for encoding in JAPANESE:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        letters = [one for one in text if not one.isascii()]
        if len(KANA.findall(text)) >= KANA_SHARE * max(1, len(letters)):
            return encoding
    return None
