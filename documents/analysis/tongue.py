"""The language that a text is written in, by its commonest words."""

import re
from collections import Counter

COMMON = {
    "en": "the of and to in is for that with by on are this be as from at not or was shall",
    "de": "der die das und ist nicht mit von zu den dem ein eine für auf im sich werden wird bei",
    "fr": "le la les des et est une dans pour que qui sur par du au aux avec ce sont pas vous",
    "es": "el los las y es una en para que por con del se su al como más no esta",
    "it": "il gli che di e è una per con del della dei nel sono non si al alla le",
    "nl": "de het een en van is dat op te voor met zijn niet aan door bij ook wordt",
    "pt": "o os as e é uma em para que por com do da dos no na não ao se",
    "sv": "och att det som en ett är av för på med till den inte om har",
    "pl": "i w na z do nie się jest że to o przez oraz dla jak od",
}
WORDS = {code: frozenset(words.split()) for code, words in COMMON.items()}
SCRIPTS = {"ja": r"[\u3040-\u30ff]", "ko": r"[\uac00-\ud7af]", "zh": r"[\u4e00-\u9fff]"}
ENOUGH = 20_000
"""Characters that are looked at."""
LEAST_WORDS = 3
LEAST_SHARE = 0.08
"""Common words among all words from which on a text is taken to be of a language."""
AHEAD = 1.2
"""How many times as many of them it must have as of the next language."""


def language(text: str) -> str | None:
    """Give the ISO 639-1 code of the language; `None` where it is not clear."""
    start = text[:ENOUGH]
    for code, script in SCRIPTS.items():
        if len(re.findall(script, start)) > len(start) * LEAST_SHARE:
            return code
    words = Counter(re.findall(r"[^\W\d_]+", start.casefold()))
    met = {code: sum(words[word] for word in common) for code, common in WORDS.items()}
    (best, most), (_, next_most) = Counter(met).most_common(2)
    clear = most >= max(LEAST_WORDS, LEAST_SHARE * words.total(), AHEAD * next_most)
    return best if clear else None
