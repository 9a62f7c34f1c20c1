"""Prompts: instructions from versioned files, and what others wrote as delimited data."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path


@lru_cache(maxsize=64)
def instructions(folder: Path, name: str) -> str:
    """Read the prompt file `name` of an app's folder of prompts: `report_section.v1`."""
    return (folder / f"{name}.txt").read_text(encoding="utf-8").strip()


def element(tag: str, content: str, /, **attributes: object) -> str:
    """Delimit a text that others wrote. Whatever it contains, it cannot end its element."""
    named = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{tag}{named}>\n{escape(content, quote=False)}\n</{tag}>"


def group(tag: str, elements: Iterable[str], *, empty: str = "") -> str:
    """Put elements into one of their own; `empty` stands for them where there are none."""
    return "\n".join([f"<{tag}>", *(list(elements) or filter(None, [empty])), f"</{tag}>"])
