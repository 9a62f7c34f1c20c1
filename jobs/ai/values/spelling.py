"""Characters that look different and mean the same, mapped one to one so that places stay."""

import re

_SPACES = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_HYPHENS = "\u2010\u2011\u2212\ufe63\uff0d"
"""Hyphens and the minus sign. A dash is not among them: it stands between the ends of a range."""
_APOSTROPHES = "\u2018\u2019\u02bc\u00b4\uff07"
_ZEROS = "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0be6\u0c66\u0ce6\u0d66\u0e50\uff10"
"""The zeros of scripts whose digits are in common use: Arabic, of India, Thai, fullwidth."""
_OTHERS = {"٫": ".", "٬": ",", "٪": "%", "％": "%", "，": ",", "．": ".", "：": ":", "／": "/"}
_BRACKETS = {"（": "(", "）": ")", "＋": "+", "＄": "$", "￥": "¥", "￡": "£"}

_LABELS = (
    "v ver version release rev section sect clause chapter article art paragraph para abschnitt "
    "kapitel artikel absatz ziffer isbn issn doi rfc iso din § #"
)
LABELS = frozenset(_LABELS.split())
"""What stands before the number of a version, a section or a standard: such a number is a name."""
_LABEL = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, LABELS))})\.?\s?$", re.IGNORECASE)
MAX_LABEL_CHARACTERS = 16

TABLE = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_HYPHENS, "-"),
        **dict.fromkeys(_APOSTROPHES, "'"),
        **{chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)},
        **_OTHERS,
        **_BRACKETS,
    }
)


def normalize(text: str) -> str:
    """Return a text of the same length with plain digits, spaces, hyphens and apostrophes."""
    return text if text.isascii() else text.translate(TABLE)


def is_numbered(text: str, begin: int) -> bool:
    """Whether the digits at a place are the name of a version, a section or a standard."""
    return _LABEL.search(text[max(0, begin - MAX_LABEL_CHARACTERS) : begin]) is not None
