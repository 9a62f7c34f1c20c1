"""The login of the demo tenant: made once for a data folder, shown at each start."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Login:
    """How to get in."""

    username: str
    password: str
    api_key: str


def read(path: Path) -> Login | None:
    """Give the login kept in this file, None where there is none."""
    return Login(**json.loads(path.read_text())) if path.exists() else None


def save(path: Path, login: Login) -> None:
    """Keep the login in this file, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(login), file)
    fresh.replace(path)
