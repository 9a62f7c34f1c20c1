"""Starts the servers of a data folder, restarts them when they exit, and stops them in order."""

import fcntl
import os
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from signal import Signals
from typing import IO, Protocol

from config.embedded.data_folder import DataFolder
from config.embedded.errors import ServerFailed
from config.embedded.postgres import Postgres
from config.embedded.privileges import ServerAccount, choose_account, create_private_folder
from config.embedded.processes import start_process
from config.embedded.valkey import Valkey

START_TIMEOUT_SECONDS = 300.0
"""Long, because of PostgreSQL's recovery after a crash."""
STOP_TIMEOUT_SECONDS = 30.0
MIN_UPTIME_SECONDS = 2.0
"""A server that exits sooner may be unable to run at all."""
MAX_EARLY_EXITS = 5
"""Exits in a row before MIN_UPTIME_SECONDS; after more, the manager gives up."""
MAX_LOG_BYTES = 8_000_000
"""A larger log is rotated at the next start; one old log is kept."""


class Server(Protocol):
    """One embedded server."""

    name: str
    stop_signal: Signals
    kill_signal: Signals

    def prepare(self) -> None:
        """Remove what a killed process left behind, and create what is missing."""

    def command(self) -> list[str]:
        """Return the command line."""

    @property
    def home(self) -> Path:
        """Working folder, which identifies leftover processes."""

    def accepts_connections(self) -> bool:
        """Whether a client can connect."""

    def provision(self) -> None:
        """Create what the application needs. The server accepts connections already."""

    def is_ready(self) -> bool:
        """Whether the application can use the server."""


class ServerManager:
    """Holds the lock of a data folder and runs its servers."""

    def __init__(self, folder: DataFolder, lock: IO[str], account: ServerAccount) -> None:
        self.folder = folder
        self._lock = lock
        self._account = account
        self._servers: list[Server] = required_servers(folder, account)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started_at: dict[str, float] = {}
        self._early_exits: Counter[str] = Counter()

    def start(self) -> None:
        """Start the required servers, and wait until the application can use them."""
        create_private_folder(self.folder.sockets, self._account)
        for server in self._servers:
            _rotate(self.folder.log(server.name))
            self._start_server(server)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the application can use every server; raise `ServerFailed` if one exits."""
        for server in self._servers:
            self._wait_for_connections(server)
            server.provision()

    def restart_exited(self) -> list[str]:
        """Restart servers that exited and return their names. Call it often, from the main thread.

        Raises `ServerFailed` if a server keeps exiting.
        """
        exited = [s for s in self._servers if self.processes[s.name].poll() is not None]
        for server in exited:
            uptime = time.monotonic() - self._started_at[server.name]
            self._early_exits[server.name] += 1
            if uptime > MIN_UPTIME_SECONDS:  # probably killed: count from zero
                self._early_exits[server.name] = 0
            if self._early_exits[server.name] > MAX_EARLY_EXITS:
                raise ServerFailed(self._describe(server, "keeps exiting"))
            self._start_server(server)
        return [server.name for server in exited]

    def stop(self) -> None:
        """Stop the servers in reverse order of their start, and release the lock."""
        for server in reversed(self._servers):
            process = self.processes.get(server.name)
            if process is None or process.poll() is not None:
                continue
            process.send_signal(server.stop_signal)
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(server.kill_signal)
                process.wait()
        self._lock.close()

    def _start_server(self, server: Server) -> None:
        server.prepare()
        self.processes[server.name] = start_process(
            server.command(),
            log=self.folder.log(server.name),
            folder=server.home,
            death_signal=server.stop_signal,
        )
        self._started_at[server.name] = time.monotonic()

    def _wait_for_connections(self, server: Server) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not server.accepts_connections():
            if self.processes[server.name].poll() is not None:
                raise ServerFailed(self._describe(server, "did not start"))
            if time.monotonic() > deadline:
                late = f"did not start within {START_TIMEOUT_SECONDS:g} s"
                raise ServerFailed(self._describe(server, late))
            time.sleep(0.02)

    def _describe(self, server: Server, failure: str) -> str:
        log = self.folder.log(server.name)
        last = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
        return f"{server.name} {failure}. Last lines of {log}:\n{last}"


def required_servers(folder: DataFolder, account: ServerAccount | None = None) -> list[Server]:
    """Return the servers whose URL is not set, in the order of their start."""
    account = account or choose_account(folder)
    servers: list[Server] = []
    if not os.environ.get("DATABASE_URL", "").strip():
        servers.append(Postgres(folder, account))
    if not os.environ.get("REDIS_URL", "").strip():
        servers.append(Valkey(folder, account))
    return servers


def acquire(folder: DataFolder) -> ServerManager | None:
    """Lock the data folder; return None if another process holds the lock."""
    folder.path.mkdir(mode=0o711, parents=True, exist_ok=True)
    account = choose_account(folder)
    if account.drops_root:
        folder.path.chmod(0o711)  # the account may pass through, but not read
    try:
        lock = folder.lock.open("a")
    except PermissionError:
        raise ServerFailed(
            f"{folder.path} belongs to another user. Set another DATA_DIR."
        ) from None
    try:
        # the kernel releases the lock when the process ends, also after SIGKILL
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return ServerManager(folder, lock, account)


def are_ready(servers: Sequence[Server]) -> bool:
    return all(server.is_ready() for server in servers)


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.rename(log.with_suffix(".log.1"))
