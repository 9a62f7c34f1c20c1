"""The owner of a data folder: starts its servers, keeps them running, stops them in order."""

import fcntl
import os
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from signal import Signals
from typing import IO, Protocol

from config.embedded.errors import ServerFailed
from config.embedded.folder import DataFolder
from config.embedded.postgres import Postgres
from config.embedded.privileges import Account, account_for, make_private
from config.embedded.processes import start
from config.embedded.valkey import Valkey

START_WITHIN = 300.0
"""Seconds. PostgreSQL's recovery after a crash may take long."""
STOP_WITHIN = 30.0
EARLY = 2.0
"""Seconds of life; a server that dies before that may be unable to run at all."""
RESTARTS = 5
"""Early deaths in a row; after more the server is given up."""
LARGEST_LOG = 8_000_000
"""Bytes. A log beyond it starts anew with the next owner; one predecessor is kept."""


class Server(Protocol):
    """One embedded server."""

    name: str
    stop_signal: Signals
    kill_signal: Signals

    def prepare(self) -> None:
        """Clear what a dead owner left, and make what is missing."""

    def command(self) -> list[str]:
        """Give its command line."""

    @property
    def home(self) -> Path:
        """Its working folder, by which leftovers are known."""

    def accepts(self) -> bool:
        """Whether it accepts connections."""

    def complete(self) -> None:
        """Make what the application needs, once it accepts connections."""

    def is_complete(self) -> bool:
        """Whether the application can use it."""


class Owner:
    """Holds the lock of a data folder, and with it both servers."""

    def __init__(self, folder: DataFolder, lock: IO[str], account: Account) -> None:
        self.folder = folder
        self._lock = lock
        self._account = account
        self._servers: list[Server] = required_servers(folder, account)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started_at: dict[str, float] = {}
        self._early_deaths: Counter[str] = Counter()

    def start(self) -> None:
        """Start every server that is wanted, and wait until the application can use them."""
        make_private(self.folder.sockets, self._account)
        for server in self._servers:
            _rotate(self.folder.log(server.name))
            self._start(server)
        self.wait_until_usable()

    def wait_until_usable(self) -> None:
        """Wait until the application can use every server; raise `ServerFailed` if one ends."""
        for server in self._servers:
            self._wait_for(server)
            server.complete()

    def restart_the_dead(self) -> list[str]:
        """Restart servers that died and name them; call it often, from the main thread.

        Raise `ServerFailed` for one that keeps dying.
        """
        dead = [s for s in self._servers if self.processes[s.name].poll() is not None]
        for server in dead:
            lived = time.monotonic() - self._started_at[server.name]
            self._early_deaths[server.name] += 1
            if lived > EARLY:  # killed from outside, most likely: start afresh
                self._early_deaths[server.name] = 0
            if self._early_deaths[server.name] > RESTARTS:
                raise ServerFailed(self._story(server, "keeps dying"))
            self._start(server)
        return [server.name for server in dead]

    def stop(self) -> None:
        """Stop the servers, the last started first, and give up the lock."""
        for server in reversed(self._servers):
            process = self.processes.get(server.name)
            if process is None or process.poll() is not None:
                continue
            process.send_signal(server.stop_signal)
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.send_signal(server.kill_signal)
                process.wait()
        self._lock.close()

    def _start(self, server: Server) -> None:
        server.prepare()
        self.processes[server.name] = start(
            server.command(),
            log=self.folder.log(server.name),
            folder=server.home,
            death_signal=server.stop_signal,
        )
        self._started_at[server.name] = time.monotonic()

    def _wait_for(self, server: Server) -> None:
        deadline = time.monotonic() + START_WITHIN
        while not server.accepts():
            if self.processes[server.name].poll() is not None:
                raise ServerFailed(self._story(server, "did not start"))
            if time.monotonic() > deadline:
                raise ServerFailed(self._story(server, f"did not start in {START_WITHIN:.0f} s"))
            time.sleep(0.02)

    def _story(self, server: Server, what: str) -> str:
        log = self.folder.log(server.name)
        last = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
        return f"{server.name} {what}. The end of {log}:\n{last}"


def required_servers(folder: DataFolder, account: Account | None = None) -> list[Server]:
    """Give the servers to run here, in the order of their start: those whose URL is not set."""
    account = account or account_for(folder)
    servers: list[Server] = []
    if not os.environ.get("DATABASE_URL", "").strip():
        servers.append(Postgres(folder, account))
    if not os.environ.get("REDIS_URL", "").strip():
        servers.append(Valkey(folder, account))
    return servers


def claim(folder: DataFolder) -> Owner | None:
    """Become the owner of the data folder; None where it has one."""
    folder.path.mkdir(mode=0o711, parents=True, exist_ok=True)
    account = account_for(folder)
    if account.dropped:
        folder.path.chmod(0o711)  # the account passes through, and reads nothing
    try:
        lock = folder.lock.open("a")
    except PermissionError:
        raise ServerFailed(
            f"{folder.path} belongs to somebody else. Choose another DATA_DIR."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel frees it, after kill -9 too
    except BlockingIOError:
        lock.close()
        return None
    return Owner(folder, lock, account)


def usable(servers: Sequence[Server]) -> bool:
    """Whether the application can use all of them now."""
    return all(server.is_complete() for server in servers)


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.rename(log.with_suffix(".log.1"))
