"""The fonts of pages and charts: those that typst contains, and those of pinned packages.

Typst contains Libertinus Serif and DejaVu Sans Mono: Latin, Greek, Cyrillic, Hebrew, Armenian,
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
"""The folder of the fonts within each package."""
COVERED = frozenset(
    (
        *("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARMENIAN", "GEORGIAN", "ARABIC", "DEVANAGARI"),
        *("THAI", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"),
        *("BOPOMOFO", "FULLWIDTH", "HALFWIDTH", "MODIFIER", "MATHEMATICAL", "SUPERSCRIPT"),
    )
)
"""First words of the Unicode names of the letters that have a font."""
EMOJI = re.compile("[\U0001f000-\U0001faff][\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]*")
FOREIGN = re.compile(r"[^\W\d_\u0000-\u058f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""Letters outside the Unicode blocks that the fonts fully cover."""


@cache
def folders() -> tuple[str, ...]:
    """Return the font folders of the packages that are installed."""
    folders = []
    for package, folder in PACKAGES.items():
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            folders.append(str(Path(spec.origin).parent / folder))
    return tuple(folders)


def name_emoji(text: str) -> str:
    """Replace emoji by their names, such as `[grinning face]`: no font here has emoji."""
    return EMOJI.sub(_name, text)


def _name(match: re.Match[str]) -> str:
    return f"[{unicodedata.name(match.group()[0], 'sign').lower()}]"


def scripts_without_font(text: str) -> list[str]:
    """Return the scripts that no font here has, such as "Tamil". Their letters show as boxes."""
    first_words = Counter(
        unicodedata.name(letter, "UNNAMED").split()[0] for letter in FOREIGN.findall(text)
    )
    return sorted(word.capitalize() for word in first_words if word not in COVERED)
