"""Starts processes that die with this one, and stops processes left by a killed one."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from config.embedded.errors import INSTALL_HINT, ServerFailed

if TYPE_CHECKING:
    import psutil

PR_SET_PDEATHSIG = 1  # prctl(2)
SIGNAL_INTERVAL_SECONDS = 5.0
"""Time between two signals to a leftover process."""
KILL_AFTER_SECONDS = 30.0
"""Time after which a leftover process gets the kill signal."""
STOP_TIMEOUT_SECONDS = 60.0

_libc = ctypes.CDLL(None)


def die_with_parent(signal: Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends the child this signal when this process dies.

    The kernel watches the thread that starts the child: start children from the main thread.
    """
    parent = os.getpid()

    def request_death_signal() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, int(signal))
        if os.getppid() != parent:  # the parent died before this request
            os._exit(1)

    return request_death_signal


def start_process(
    argv: Sequence[str], *, log: Path, folder: Path, death_signal: Signals
) -> subprocess.Popen[bytes]:
    """Start a server in its own session: Ctrl-C in a terminal does not reach it."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  (a fixed program)
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509  (only calls prctl)
        )


def stop_leftovers(
    names: Collection[str], folders: Collection[Path], *, stop_signal: Signals, kill_signal: Signals
) -> None:
    """Stop processes with these names whose working folder is one of these folders.

    Hold the lock of the data folder: then no living process owns them.
    """
    began = time.monotonic()
    signalled_at = -SIGNAL_INTERVAL_SECONDS
    while leftovers := {process.pid: process for process in _working_in(folders, names)}:
        waited = time.monotonic() - began
        if waited > STOP_TIMEOUT_SECONDS:
            raise ServerFailed(
                f"Processes of an earlier run do not stop: pids {list(leftovers)}. Kill them."
            )
        if waited - signalled_at >= SIGNAL_INTERVAL_SECONDS:
            signalled_at = waited
            signal = stop_signal if waited < KILL_AFTER_SECONDS else kill_signal
            for process in leftovers.values():
                _signal(process, leftovers, signal)
        time.sleep(0.05)


def _working_in(folders: Collection[Path], names: Collection[str]) -> "Iterator[psutil.Process]":
    """Find processes by name and folder: a pid in a file may be another program or a zombie."""
    try:
        import psutil
    except ModuleNotFoundError:
        raise ServerFailed(
            f"psutil is not installed. Conveyor needs it to start its own servers. {INSTALL_HINT} "
            "Or set DATABASE_URL and REDIS_URL to use other servers."
        ) from None
    for process in psutil.process_iter(["name", "status"]):
        if process.info["name"] not in names or process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            if Path(process.cwd()) in folders:
                yield process
        except (psutil.Error, OSError):
            continue  # it exited meanwhile, or belongs to another user


def _signal(process: "psutil.Process", leftovers: Collection[int], signal: Signals) -> None:
    """Signal a main process; a PostgreSQL backend only after its main process exited."""
    import psutil

    try:
        if process.ppid() in leftovers:
            return
        orphan = process.cmdline()[:1] and process.cmdline()[0].startswith("postgres:")
        process.send_signal(Signals.SIGQUIT if orphan else signal)
    except (psutil.Error, IndexError):
        return  # it exited meanwhile
