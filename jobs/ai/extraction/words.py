"""Words of a text and their stems, so that forms of a word can be compared."""

import re
from collections.abc import Mapping
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
ENGLISH_STOPWORDS = (
    "a about above after again against all also although am an and any are as at be "
    "because been before being below between both but by can could did do does doing down "
    "during each either else etc few for from further had has have having he her here "
    "hers him his how however i if in into is it its itself just let may me might more "
    "most must my neither no nor not now of off on once one only or other ought our ours "
    "out over own per rather same shall she should since so some such than that the their "
    "theirs them then there these they this those though through thus to too under until "
    "up upon us very via was we were what when where whether which while who whom whose "
    "why will with within without would yet you your yours"
)
GERMAN_STOPWORDS = (
    "aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine "
    "einem einen einer eines er es für hat hatte ich im ihr in ist kann mit nach nicht "
    "noch nur oder sehr sein sich sie sind so über um und uns unter vom von vor war waren "
    "was wenn werden wie wir wird wurde zu zum zur"
)
STOPWORDS = frozenset(f"{ENGLISH_STOPWORDS} {GERMAN_STOPWORDS}".split())
ENGLISH = "en"
STEMMERS: Mapping[str, str] = {
    "da": "danish",
    "de": "german",
    ENGLISH: "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}
"""Snowball stemmer by language (ISO 639-1)."""


def words(text: str) -> list[str]:
    """Return the words and numbers of a text, as written."""
    return WORD.findall(text)


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [stem(word, language) for word in map(str.lower, words(text)) if is_content(word)]


def is_content(word: str) -> bool:
    """Whether a lower-case word is neither a stop word nor a single letter."""
    return word not in STOPWORDS and (len(word) > 1 or word.isdigit())


@lru_cache(maxsize=50_000)
def stem(word: str, language: str = ENGLISH) -> str:
    """Return the stem of a lower-case word: that of `inspected` and `inspection` is the same.

    If `language` (ISO 639-1) has no stemmer, the English one is used. Numbers stay unchanged.
    """
    import snowballstemmer  # the import loads every language, 0.1 s

    if word[0].isdigit():
        return word
    # a new stemmer per word: a stemmer has state, and threads call this concurrently
    stemmer = snowballstemmer.stemmer(STEMMERS.get(language, STEMMERS[ENGLISH]))
    return str(stemmer.stemWord(word.replace("’", "'")))
