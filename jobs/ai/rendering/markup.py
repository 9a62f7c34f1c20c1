"""Text that can be shown, and text that Markdown shows as it is."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LINE_MARKUP = re.compile(r"^(?:[-+=]|\d{1,9}[.)](?=\s|$))")


def clean(text: str) -> str:
    """Drop what neither PostgreSQL nor a page can hold: control characters, half surrogates."""
    return UNPRINTABLE.sub("", text)


def literal(text: str) -> str:
    """Escape a text, so that Markdown shows it as it is, on one line."""
    flat = MARKUP.sub(r"\\\1", " ".join(text.split()))
    return LINE_MARKUP.sub(_escape, flat)


def _escape(match: re.Match[str]) -> str:
    mark = match.group()
    return f"{mark[:-1]}\\{mark[-1]}"
