"""Detect the 8-bit encoding of a text in a European language with Latin letters, by its alphabet.

The encodings share most of their bytes: the Hungarian ő of one is the Portuguese õ of another. They
can be told apart because the letters of a text all belong to the alphabet of one language.
"""

import re
from collections import Counter

WESTERN = "cp1252"
ALPHABETS = {
    WESTERN: (
        "äöüßéàè",  # German
        "àâæçéèêëîïôœùûüÿ",  # French
        "áéíñóúü",  # Spanish
        "àáâãçéêíóôõúü",  # Portuguese
        "àèéìíîòóùú",  # Italian
        "àçèéíïòóúü",  # Catalan
        "áèéêëïíóöúü",  # Dutch
        "æøåäöéèêóòâôü",  # Danish and Norwegian
        "åäöéàüšž",  # Swedish and Finnish
        "äõöüšž",  # Estonian
        "áðéíóúýþæö",  # Icelandic
    ),
    "cp1250": (
        "áéíóöőúüű",  # Hungarian
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "ąćęłńóśźż",  # Polish
        "ăâîşţ",  # Romanian
        "čćđšž",  # Croatian, Serbian and Slovene
    ),
    "cp1257": (
        "ąčęėįšųūž",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
    ),
}
ALPHABETS["iso8859_2"] = ALPHABETS["cp1250"]
BESIDE_ASCII_LETTERS = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
"""Most non-ASCII letters of these languages stand beside ASCII letters; those of others do not."""
MICRO_SIGN = 0xB5
"""Occurs with numbers in every language (`µm`). Python calls it a letter; in ISO 8859-2 it is ľ."""
ISO_LETTERS = re.compile(rb"(?<=[A-Za-z])[\xb1\xb5\xb6]|(?<=[A-Za-z])\xbb(?=[A-Za-z])")
"""Letters in ISO 8859-2 whose bytes are signs in the others; signs stand between words."""
WESTERN_SIGNS = "ªº¹²³¼½¾£¥¡¿¯¸"
"""Signs in cp1252 whose bytes are letters in the others."""
WINDOWS_ENCODINGS = (WESTERN, "cp1250", "cp1257")
MIN_ALPHABET_SHARE = 0.95
"""Of the letters of a text, those in its alphabet. Not 1, since names come from any language."""
MIN_EVIDENCE_LETTERS = 3
"""Letters that rule out cp1252; fewer may belong to foreign names."""


def detect(sample: bytes) -> str | None:
    """Return the encoding whose alphabet has nearly all letters, unless a Western one has them too.

    Returns `None` if there is none: the text is Western, or most of its non-ASCII letters do not
    stand beside ASCII letters, so it is not in one of these languages.
    """
    letters = Counter(byte for byte in sample if byte >= 0x80 and _is_letter(byte))
    letters.update(match[0] for match in ISO_LETTERS.findall(sample))
    beside = sum(match[0] in letters for match in BESIDE_ASCII_LETTERS.findall(sample))
    if 2 * beside < letters.total():
        return None
    shares = {encoding: _alphabet_share(letters, encoding) for encoding in ALPHABETS}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] < MIN_ALPHABET_SHARE or best == WESTERN:  # WESTERN wins a tie: it comes first
        return None
    against = sum(n for byte, n in letters.items() if _decode(byte, best) != _decode(byte, WESTERN))
    return best if against >= MIN_EVIDENCE_LETTERS else None


def _alphabet_share(letters: Counter[int], encoding: str) -> float:
    """Return the share of the letters in the best-matching alphabet of an encoding."""
    signs = WESTERN_SIGNS if encoding == WESTERN else ""
    counts = (
        sum(n for byte, n in letters.items() if _decode(byte, encoding) in alphabet + signs)
        for alphabet in ALPHABETS[encoding]
    )
    return max(counts) / max(1, letters.total())


def _is_letter(byte: int) -> bool:
    return byte != MICRO_SIGN and any(
        _decode(byte, encoding).isalpha() for encoding in WINDOWS_ENCODINGS
    )


def _decode(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, errors="replace").lower()
