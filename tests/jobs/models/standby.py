"""A PostgreSQL with a standby."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from unittest import mock

import psycopg2

from config.embedded.data_folder import DataFolder
from config.embedded.postgres import Postgres
from config.embedded.privileges import choose_account, create_private_folder, wrap_command
from config.embedded.session import run_servers
from tests.waiting import until


@dataclass(kw_only=True)
class Pair:
    """A primary, and a standby that receives what the primary writes."""

    primary: DataFolder
    standby: DataFolder
    stop_primary: Callable[[], None]

    @property
    def url(self) -> str:
        """The URL of both, by which a client finds the one that accepts writes."""
        hosts = f"{self.primary.sockets},{self.standby.sockets}"
        return f"postgresql://app@/app?host={hosts}&target_session_attrs=read-write"

    def wait_until_caught_up(self) -> None:
        """Wait until the standby has all that the primary has written."""
        [[written]] = execute(self.primary, "SELECT pg_current_wal_flush_lsn()")
        behind = f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
        until(lambda: execute(self.standby, behind) == [(True,)])

    def stop_replication(self) -> None:
        """Let the standby lag: it receives nothing more."""
        execute(self.standby, "ALTER SYSTEM SET primary_conninfo = ''")
        execute(self.standby, "SELECT pg_reload_conf()")
        until(lambda: not execute(self.standby, "SELECT 1 FROM pg_stat_wal_receiver"))

    def fail_over(self) -> None:
        """Lose the primary, and make the standby the new one."""
        self.stop_primary()
        execute(self.standby, "SELECT pg_promote()")


def execute(folder: DataFolder, statement: str) -> list[tuple[object, ...]]:
    """Execute a statement as the administrator of a server."""
    connection = psycopg2.connect(dbname="postgres", user="postgres", host=str(folder.sockets))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[object, ...]] = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


@contextmanager
def run_pair(folder: Path) -> Iterator[Pair]:
    """Run a primary with a standby that streams from it."""
    primary, standby = DataFolder(path=folder / "a"), DataFolder(path=folder / "b")
    primary.path.mkdir()
    standby.path.mkdir()
    with ExitStack() as standby_server, ExitStack() as primary_server:
        primary_server.enter_context(run_servers(primary.path))
        copy_of(primary, standby)
        with mock.patch.object(Postgres, "provision"):  # a standby has all of it, and is read-only
            standby_server.enter_context(run_servers(standby.path))
        yield Pair(primary=primary, standby=standby, stop_primary=primary_server.close)


def copy_of(primary: DataFolder, standby: DataFolder) -> None:
    """Make the data directory of a standby."""
    account = choose_account(standby)
    create_private_folder(standby.postgres, account)
    server = Postgres(standby, account)
    command: list[str | Path] = [
        server.programs / "pg_basebackup",
        "-D",
        standby.postgres,
        "-R",
        "-c",
        "fast",
    ]
    command += ["-h", primary.sockets, "-U", "postgres", "--no-sync"]
    paths = (server.programs / "postgres", standby.postgres, primary.sockets)
    signal = Signals.SIGTERM
    subprocess.run(wrap_command(command, account, paths=paths, death_signal=signal), check=True)
