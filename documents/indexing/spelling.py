"""Folded spellings of words, equal for common misspellings and OCR errors."""

import re
import unicodedata

MIN_WORD_LETTERS, MAX_WORD_LETTERS = 4, 40
"""Length of a word whose spelling is compared; three letters resemble too many others."""
MIN_SIMILARITY = 0.45
"""Share of common trigrams from which spellings are similar. With 0.45, one wrong letter in a word
of seven is tolerated and `voice` does not match `invoice`."""

SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa"}
)
OCR_CONFUSIONS = str.maketrans({"l": "i", "1": "i", "0": "o", "5": "s", "8": "b"})
"""Characters that OCR confuses within words."""
WORD = re.compile(rf"[a-z]{{{MIN_WORD_LETTERS},{MAX_WORD_LETTERS}}}")


def spelling(form: str) -> str | None:
    """Return the folded spelling of a word; None for numbers, short words and other scripts.

    Latin letters only: for other letters PostgreSQL's trigrams depend on the server's locale.
    """
    if not any(map(str.isalpha, form)):
        return None
    written = unicodedata.normalize("NFKD", form.partition(" ")[0].translate(SPELLED_OUT))
    bare = "".join(sign for sign in written if not unicodedata.combining(sign))
    seen = bare.translate(OCR_CONFUSIONS).replace("rn", "m").replace("vv", "w")
    return seen if WORD.fullmatch(seen) else None


def similarity(one: str, other: str) -> float:
    """Return the share of trigrams that two spellings have in common, as pg_trgm's `similarity`."""
    first, second = _trigrams(one), _trigrams(other)
    return len(first & second) / len(first | second)


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
