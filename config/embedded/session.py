"""Runs the embedded servers while a command runs, or attaches to running ones."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.data_folder import DataFolder
from config.embedded.errors import ServerFailed
from config.embedded.manager import (
    START_TIMEOUT_SECONDS,
    ServerManager,
    acquire,
    are_ready,
    required_servers,
)


@contextmanager
def run_servers(data_dir: Path) -> Iterator[ServerManager | None]:
    """Keep the servers of this data folder running inside the `with` block.

    Yields their manager if this process started them; they stop at the end of the block. Yields
    None if another process owns them, or if both URLs are set and no server is required.
    """
    folder = DataFolder(path=data_dir.resolve())
    manager = acquire_or_attach(folder)
    if manager is None:
        yield None
        return
    try:
        manager.start()
        yield manager
    finally:
        manager.stop()


def acquire_or_attach(folder: DataFolder) -> ServerManager | None:
    """Acquire the folder, or wait until another process has its servers ready.

    Returns None if the servers belong to another process, or if none is required.
    """
    if not (required := required_servers(folder)):
        return None
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        # tried each time: the other process may stop while this one waits
        if manager := acquire(folder):
            return manager
        if are_ready(required):
            return None
        time.sleep(0.05)
    raise ServerFailed(
        f"Another process owns {folder.path}, but its servers did not become ready within "
        f"{START_TIMEOUT_SECONDS:g} s. Stop that process, or set another DATA_DIR."
    )
