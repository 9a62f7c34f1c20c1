"""Parts of prompts: instructions from versioned files, and untrusted text as delimited data."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path


@lru_cache(maxsize=64)
def read_instructions(folder: Path, name: str) -> str:
    """Read a prompt file from an app's prompt folder; `name` is `report_section.v1`, say."""
    return (folder / f"{name}.txt").read_text(encoding="utf-8").strip()


def element(tag: str, content: str, /, **attributes: object) -> str:
    """Delimit an untrusted text. The text is escaped, so that it cannot close the element."""
    shown = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{tag}{shown}>\n{escape(content, quote=False)}\n</{tag}>"


def group(tag: str, elements: Iterable[str], *, empty: str = "") -> str:
    """Wrap elements in an element; `empty` replaces them if there are none."""
    return "\n".join([f"<{tag}>", *(list(elements) or filter(None, [empty])), f"</{tag}>"])
