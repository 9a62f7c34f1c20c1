"""Which encoding of Europe's Latin letters a text has, by the alphabet that its letters are of.

The encodings share most of their bytes: the Hungarian ő of one is the Portuguese õ of another. What
tells them apart is that the letters of a text are those of one language.
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
BESIDE = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
"""Bytes beside letters of ASCII, as most of these languages' are, and those of others are not."""
MICRO = 0xB5
"""In numbers of every language, as `µm`: a letter to Python alone, or the ISO encoding's ľ."""
IN_WORDS = re.compile(rb"(?<=[A-Za-z])[\xb1\xb5\xb6]|(?<=[A-Za-z])\xbb(?=[A-Za-z])")
"""Letters of the ISO encoding where the others have signs, which stand between words."""
SIGNS = "ªº¹²³¼½¾£¥¡¿¯¸"
"""Of the Western encoding, where others have letters."""
WINDOWS = (WESTERN, "cp1250", "cp1257")
SHARE = 0.95
"""Of a text's letters that its alphabet has: names come from everywhere."""
FEWEST = 3
"""Letters that speak against the Western encoding; fewer may be of names."""


def of(sample: bytes) -> str | None:
    """Give the encoding of an alphabet that has nearly all letters, where no Western one has.

    `None` where there is none: the text is Western, or of other letters than these languages', as
    where most do not stand beside letters of ASCII.
    """
    letters = Counter(byte for byte in sample if byte >= 0x80 and _is_letter(byte))
    letters.update(found[0] for found in IN_WORDS.findall(sample))
    beside = sum(found[0] in letters for found in BESIDE.findall(sample))
    if 2 * beside < letters.total():
        return None
    shares = {encoding: _share(letters, encoding) for encoding in ALPHABETS}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] < SHARE or best == WESTERN:  # which is the first of equals
        return None
    against = sum(n for byte, n in letters.items() if _read(byte, best) != _read(byte, WESTERN))
    return best if against >= FEWEST else None


def _share(letters: Counter[int], encoding: str) -> float:
    """Give the share of the letters that are in the best alphabet of an encoding."""
    signs = SIGNS if encoding == WESTERN else ""
    having = (
        sum(n for byte, n in letters.items() if _read(byte, encoding) in alphabet + signs)
        for alphabet in ALPHABETS[encoding]
    )
    return max(having) / max(1, letters.total())


def _is_letter(byte: int) -> bool:
    return byte != MICRO and any(_read(byte, encoding).isalpha() for encoding in WINDOWS)


def _read(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, errors="replace").lower()
