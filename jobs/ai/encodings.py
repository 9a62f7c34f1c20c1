"""In which encoding bytes are text: by their mark, or by what is likeliest."""

import codecs
from typing import IO

CHUNK = 1 << 20
SAMPLE = 65_536
"""Bytes from which an encoding other than UTF-8 is guessed: around the first that are not ASCII."""
BEFORE = 1000
"""Those of them that stand before: letters are known by their neighbours."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def marked(head: bytes) -> str | None:
    """Give the encoding that a byte order mark names; `None` where there is none."""
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)


def of(stream: IO[bytes]) -> str | None:
    """Give the encoding of a text: by its mark, UTF-8 where all of it is, else the likeliest one.

    `None` where none is likely. Reads in chunks, and leaves the stream at its start.
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
        sample = error.object[max(0, error.start - BEFORE) :]
        return guessed((sample + stream.read(SAMPLE))[:SAMPLE])
    finally:
        stream.seek(0)
    return "utf-8"


def guessed(sample: bytes) -> str | None:
    """Give the likeliest encoding of bytes that are not UTF-8; `None` where none is likely."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else None
