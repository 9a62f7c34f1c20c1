"""Starts processes that never outlive us, and stops those that a dead owner left behind."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from config.embedded.errors import INSTALL, ServerFailed

if TYPE_CHECKING:
    import psutil

PR_SET_PDEATHSIG = 1  # prctl(2)
ASK_AGAIN = 5.0
"""Seconds between two signals to a leftover process."""
LOSE_PATIENCE = 30.0
"""Seconds after which a leftover process gets the hard signal."""
GIVE_UP = 60.0

_libc = ctypes.CDLL(None)


def die_with_parent(signal: Signals) -> Callable[[], None]:
    """Give a `preexec_fn` by which the kernel signals the child when this process dies.

    It is the thread that starts the child whose death counts: start children from the main thread.
    """
    parent = os.getpid()

    def ask() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, int(signal))
        if os.getppid() != parent:  # we died before the child could ask
            os._exit(1)

    return ask


def start(
    argv: Sequence[str], *, log: Path, folder: Path, death_signal: Signals
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: a terminal's Ctrl-C reaches only us."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  (our own program)
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509  (calls prctl alone)
        )


def stop_leftovers(
    names: Collection[str], folders: Collection[Path], *, soft: Signals, hard: Signals
) -> None:
    """Stop processes of these names that work in one of these folders.

    Call it with the owner's lock held: what is found then has no living owner.
    """
    began = time.monotonic()
    asked = -ASK_AGAIN
    while left := {process.pid: process for process in _working_in(folders, names)}:
        waited = time.monotonic() - began
        if waited > GIVE_UP:
            raise ServerFailed(f"Cannot stop what an earlier run left behind: pids {list(left)}.")
        if waited - asked >= ASK_AGAIN:
            asked = waited
            signal = soft if waited < LOSE_PATIENCE else hard
            for process in left.values():
                _ask(process, left, signal)
        time.sleep(0.05)


def _working_in(folders: Collection[Path], names: Collection[str]) -> "Iterator[psutil.Process]":
    """Find processes by name and working folder: a pid file may name a stranger or a zombie."""
    try:
        import psutil
    except ModuleNotFoundError:
        raise ServerFailed(
            f"psutil is not installed, and Conveyor needs it to start its own servers. {INSTALL} "
            "Or set DATABASE_URL and REDIS_URL, and it starts none."
        ) from None
    for process in psutil.process_iter(["name", "status"]):
        if process.info["name"] not in names or process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            if Path(process.cwd()) in folders:
                yield process
        except (psutil.Error, OSError):
            continue  # it ended meanwhile, or is another user's


def _ask(process: "psutil.Process", left: Collection[int], signal: Signals) -> None:
    """Signal a main process; a PostgreSQL backend only once its main process is gone."""
    import psutil

    try:
        if process.ppid() in left:
            return
        orphan = process.cmdline()[:1] and process.cmdline()[0].startswith("postgres:")
        process.send_signal(Signals.SIGQUIT if orphan else signal)
    except (psutil.Error, IndexError):
        return  # it ended meanwhile
