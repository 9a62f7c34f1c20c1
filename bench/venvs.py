"""Virtual environments of the contenders: each is installed from its own lock, once."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

INSTALL_TIMEOUT_SECONDS = 600.0
LOCKS = Path(__file__).resolve().parent / "peers"


class CannotInstall(Exception):
    """A virtual environment cannot be made, for example because no package index is reachable."""


def cache_folder() -> Path:
    """Return the folder of the virtual environments."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "conveyor-bench"


def create(lock_name: str) -> str:
    """Return the path of a Python that has the packages of `bench/peers/<lock_name>.txt`.

    Raises `CannotInstall`.
    """
    lock = LOCKS / f"{lock_name}.txt"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache_folder() / f"{lock_name}-{digest}"
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        print(f"Installing {lock.name} into {folder}", flush=True)
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock))
        complete.touch()
    return str(python)


def _run(*command: str) -> None:
    try:
        subprocess.run(  # noqa: S603  # a fixed program
            command, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_SECONDS
        )
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or [str(error)]
        raise CannotInstall(lines[-1]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstall(str(error)) from error
