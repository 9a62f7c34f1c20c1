"""Servers for as long as a command runs: those that run already, or own ones."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.errors import ServerFailed
from config.embedded.folder import DataFolder
from config.embedded.owner import START_WITHIN, Owner, claim, required_servers, usable


@contextmanager
def servers(data_dir: Path) -> Iterator[Owner | None]:
    """Have the servers of this data folder run inside the `with` block.

    Gives their owner where this process became it; then they stop at the end of the block. None
    where another process owns them, or where none is wanted because both URLs are set.
    """
    folder = DataFolder(path=data_dir.resolve())
    owner = own_or_attach(folder)
    if owner is None:
        yield None
        return
    try:
        owner.start()
        yield owner
    finally:
        owner.stop()


def own_or_attach(folder: DataFolder) -> Owner | None:
    """Claim the folder, or wait until its owner has the servers ready."""
    if not (expected := required_servers(folder)):
        return None
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        # asked again each time: the owner may stop while we wait for its servers
        if owner := claim(folder):
            return owner
        if usable(expected):
            return None
        time.sleep(0.05)
    raise ServerFailed(f"The owner of {folder.path} does not get its servers ready.")
