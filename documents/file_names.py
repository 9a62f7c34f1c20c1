"""Makes client-supplied file names safe to store, display and send back."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_NAME_CHARACTERS = 255
UNNAMED = "unnamed"


def base_name(name: str) -> str:
    r"""Return the last part of a path (with / or \\), without control characters.

    At most 255 characters; a longer name keeps its extension. A name with no usable characters
    becomes "unnamed".
    """
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    name = printable if printable.strip(" .") else UNNAMED
    if len(name) <= MAX_NAME_CHARACTERS:
        return name
    suffix = PurePosixPath(name).suffix[:20]
    return name[: MAX_NAME_CHARACTERS - len(suffix)] + suffix


def extension(name: str) -> str:
    """Return the extension in lower case with its dot; "" if there is none."""
    return PurePosixPath(name).suffix.lower()
