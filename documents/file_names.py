"""File names as clients send them, made safe to store, to show and to send back."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 255
UNNAMED = "unnamed"


def base_name(sent: str) -> str:
    """Give the last part of a path, of either kind of slash, without control characters.

    At most 255 characters; a longer name keeps its extension. A name of which nothing is left
    becomes "unnamed".
    """
    last = re.split(r"[/\\]", sent)[-1]
    printable = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    name = printable if printable.strip(" .") else UNNAMED
    if len(name) <= MAX_LENGTH:
        return name
    suffix = PurePosixPath(name).suffix[:20]
    return name[: MAX_LENGTH - len(suffix)] + suffix


def extension(name: str) -> str:
    """Give the extension in lower case, with its dot; "" where there is none."""
    return PurePosixPath(name).suffix.lower()
