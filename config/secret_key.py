"""The secret key of an installation that sets no SECRET_KEY."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def read_or_create(path: Path) -> str:
    """Return the key in this file; create it on first use, readable only by its owner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # 0600
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            os.link(temporary, path)  # atomic: one of several processes wins
        Path(temporary).unlink()
    return path.read_text().strip()
