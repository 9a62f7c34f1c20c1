"""Detects the language of a text by its script or its most common words."""

import re
from collections import Counter
from collections.abc import Mapping

COMMON_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "da": "af ikke hvad også jeg efter er det den og til på med som for at der en et har skal "
        "vil blev fra kan nu eller deres havde hvor blive være nogle",
        "de": "der die das und ist nicht ein eine zu den mit von auf für im dem des sich auch als "
        "wird bei nach werden oder sind wir bis zum zur durch",
        "en": "the of and to is that for on with are be this was by not from or at it has have "
        "which will were been an their its shall any",
        "es": "el los las y que en un una por con para del se no es al lo su como más este pero "
        "sus fue entre cuando sobre también hasta",
        "fi": "ja on ei se että oli ovat mutta kuin myös tai hän joka sekä ole mukaan jos vain "
        "niin kun voi mitä tämä ennen jälkeen kanssa",
        "fr": "le la les et des est une du dans que pour qui sur pas au par avec ce il sont ne "
        "plus cette ou aux ses nous vous être été",
        "it": "il di che è la non per un una del con sono della gli alla nel le ha si dei da anche "
        "più questo come dalla essere ed degli al",
        "nl": "de het een van en is niet dat op te voor met zijn aan er door bij ook uit naar "
        "worden wordt om deze maar heeft als werd dit",
        "no": "av ikke hva også jeg etter er det den og til på med som for at en et har skal vil "
        "ble fra kan nå eller deres hadde hvor være noen",
        "pl": "w na z do nie się jest że to przez oraz dla jak od po za jego są być może który "
        "która które ma by tylko",
        "pt": "o os as e que do da em um uma para com não por mais dos das no na se foi ao pelo "
        "são como mas também sua pela entre",
        "ru": "и в не на что он с как это по но из у за то от о для так же был все его или при "
        "является было они мы которые",
        "sv": "och att det som en på är av för med den till inte om ett har de jag från vid kan "
        "eller ska men också efter var under hade",
    }.items()
}
SCRIPTS = {"ja": r"[\u3040-\u30ff]", "ko": r"[\uac00-\ud7af]", "zh": r"[\u4e00-\u9fff]"}
WORD = re.compile(r"[^\W\d_]+")
SAMPLE_CHARACTERS = 20_000
"""Only this much of the start of a text is examined."""
MIN_COMMON_SHARE = 0.08
"""With a smaller share of common words, a text is a list or a table and has no language."""
MIN_COMMON_WORDS = 3
"""With fewer common words, their share is not significant."""


def detect(text: str) -> str | None:
    """Return the language of a text (ISO 639-1), or `None` if the evidence is insufficient.

    Counts each language's most common words (Grefenstette 1995, the small word technique).
    """
    start = text[:SAMPLE_CHARACTERS]
    for code, script in SCRIPTS.items():
        if len(re.findall(script, start)) > len(start) * MIN_COMMON_SHARE:
            return code
    counts = Counter(WORD.findall(start.lower()))
    found = {
        language: sum(counts[word] for word in words) for language, words in COMMON_WORDS.items()
    }
    best = max(found, key=lambda language: found[language])
    enough = found[best] >= max(MIN_COMMON_WORDS, MIN_COMMON_SHARE * counts.total())
    unique = list(found.values()).count(found[best]) == 1
    return best if enough and unique else None
