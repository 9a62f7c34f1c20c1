"""Removal of unprintable characters, and escaping for Markdown."""

import re

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LINE_MARKUP = re.compile(r"^(?:[-+=]|\d{1,9}[.)](?=\s|$))")


def clean(text: str) -> str:
    """Remove what PostgreSQL or a page cannot hold: control characters and lone surrogates."""
    return UNPRINTABLE.sub("", text)


def literal(text: str) -> str:
    """Escape a text so that Markdown shows it unchanged, on one line."""
    flat = MARKUP.sub(r"\\\1", " ".join(text.split()))
    return LINE_MARKUP.sub(_escape, flat)


def _escape(match: re.Match[str]) -> str:
    mark = match.group()
    return f"{mark[:-1]}\\{mark[-1]}"
