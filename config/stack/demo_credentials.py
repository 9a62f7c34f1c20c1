"""Credentials of the demo tenant: created once per data folder, shown at each start."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class DemoCredentials:
    """The login of the demo user, and an API key."""

    username: str
    password: str
    api_key: str


def credentials_file(data_dir: Path) -> Path:
    return data_dir / "demo-login.json"


def read(data_dir: Path) -> DemoCredentials | None:
    """Return the stored credentials, or None before the first start."""
    path = credentials_file(data_dir)
    return DemoCredentials(**json.loads(path.read_text())) if path.exists() else None


def save(data_dir: Path, credentials: DemoCredentials) -> None:
    """Write the credentials to a file that only its owner can read."""
    path = credentials_file(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(credentials), file)
    new.replace(path)
