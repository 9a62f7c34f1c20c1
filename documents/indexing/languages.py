"""Languages with a stemmer in PostgreSQL, and its configuration names."""

from collections.abc import Mapping

from documents import languages

UNKNOWN = ""
CONFIGURATIONS: Mapping[str, str] = {
    UNKNOWN: "simple",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}
"""Text search configuration per language (ISO 639-1); every PostgreSQL since 12 has them."""


def detect(text: str) -> str:
    """Return the language of a text (ISO 639-1), or `UNKNOWN` if there is no stemmer for it."""
    found = languages.detect(text) or UNKNOWN
    return found if found in CONFIGURATIONS else UNKNOWN
