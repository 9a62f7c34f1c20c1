"""In which encoding bytes are text: by their mark, or by what is likeliest."""

import codecs

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


def guessed(sample: bytes) -> str | None:
    """Give the likeliest encoding of bytes that are not UTF-8; `None` where none is likely."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else None
