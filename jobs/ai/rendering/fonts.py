"""The fonts of pages and charts: typst's own, and those of packages that are pinned.

Typst brings Libertinus Serif and DejaVu Sans Mono: Latin, Greek, Cyrillic, Hebrew, Armenian,
Georgian, mathematics. The packages add Chinese, Japanese and Korean, Arabic, Devanagari and Thai.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGES = {
    "noto_cjk_sans_jp_regular": ".",
    "fontpkg_noto_sans_arabic": "files",
    "fontpkg_noto_sans_devanagari": "files",
    "fontpkg_noto_sans_thai": "files",
}
"""The folder with the fonts, in each package."""
COVERED = frozenset(
    (
        *("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARMENIAN", "GEORGIAN", "ARABIC", "DEVANAGARI"),
        *("THAI", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"),
        *("BOPOMOFO", "FULLWIDTH", "HALFWIDTH", "MODIFIER", "MATHEMATICAL", "SUPERSCRIPT"),
    )
)
"""First words of the Unicode names of letters that there is a font for."""
EMOJI = re.compile("[\U0001f000-\U0001faff][\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
FOREIGN = re.compile(r"[^\W\d_\u0000-\u058f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""Letters outside of the blocks that are covered for certain."""


@cache
def folders() -> tuple[str, ...]:
    """Give the folders with the fonts of the packages; one that is not installed is left out."""
    found = []
    for package, folder in PACKAGES.items():
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(str(Path(spec.origin).parent / folder))
    return tuple(found)


def name_emoji(text: str) -> str:
    """Replace pictographs, which no font here has, by their names: `[grinning face]`."""
    return EMOJI.sub(_name, text)


def _name(match: re.Match[str]) -> str:
    return f"[{unicodedata.name(match.group()[0], 'sign').lower()}]"


def scripts_without_font(text: str) -> list[str]:
    """Give the scripts of a text that no font here has: "Tamil". Its letters become boxes."""
    first_words = Counter(
        unicodedata.name(letter, "UNNAMED").split()[0] for letter in FOREIGN.findall(text)
    )
    return sorted(word.capitalize() for word in first_words if word not in COVERED)
