"""Words as they might have been spelled: alike for readers, for typists and for OCR."""

import re
import unicodedata

SHORTEST, LONGEST = 4, 40
"""Letters of a word whose spelling is compared; three letters resemble too many others."""
SIMILAR = 0.45
"""Trigrams in common from which spellings are similar, of 1. With 0.45 a wrong letter in a word of
seven is forgiven and `voice` is not `invoice`."""

WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa"}
)
TAKEN_FOR = str.maketrans({"l": "i", "1": "i", "0": "o", "5": "s", "8": "b"})
"""Signs that OCR takes for each other, within words."""
WORD = re.compile(rf"[a-z]{{{SHORTEST},{LONGEST}}}")


def spelling(form: str) -> str | None:
    """Give the spelling of a word's form; None for numbers, short words and other scripts.

    Only Latin letters: what trigrams PostgreSQL sees in others depends on the server's locale.
    """
    if not any(map(str.isalpha, form)):
        return None
    written = unicodedata.normalize("NFKD", form.partition(" ")[0].translate(WRITTEN_OUT))
    bare = "".join(sign for sign in written if not unicodedata.combining(sign))
    seen = bare.translate(TAKEN_FOR).replace("rn", "m").replace("vv", "w")
    return seen if WORD.fullmatch(seen) else None


def similarity(one: str, other: str) -> float:
    """Give the share of trigrams that two spellings have in common, as `similarity` of pg_trgm."""
    first, second = _trigrams(one), _trigrams(other)
    return len(first & second) / len(first | second)


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
