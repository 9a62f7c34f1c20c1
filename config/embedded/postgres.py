"""PostgreSQL: makes its cluster, starts it, and makes the application's role and database."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from signal import Signals
from typing import Any

import psycopg2

from config.embedded.binaries import postgres_programs
from config.embedded.errors import ServerFailed
from config.embedded.folder import DataFolder
from config.embedded.privileges import Account, command, make_private
from config.embedded.processes import die_with_parent, stop_leftovers

FIRST_WITH_BUILTIN_LOCALE = 17
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",  # a part of the socket's name; no TCP port is opened
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "512MB",
    "jit": "off",
    "log_checkpoints": "off",
}
"""Deviations from the defaults. fsync, full_page_writes and synchronous_commit stay on."""


class Postgres:
    """The PostgreSQL server of a data folder."""

    name = "postgres"
    stop_signal = Signals.SIGINT  # fast shutdown; SIGTERM would wait for every client
    kill_signal = Signals.SIGQUIT

    def __init__(self, folder: DataFolder, account: Account) -> None:
        self.folder = folder
        self.account = account
        self.programs = postgres_programs()

    def prepare(self) -> None:
        """Clear what a dead owner left, and make the cluster where there is none yet."""
        stop_leftovers(
            ("postgres", "initdb"),
            (self.folder.postgres, self.folder.incomplete_postgres),
            soft=self.stop_signal,
            hard=self.kill_signal,
        )
        # PostgreSQL trusts any live pid named in these, a stranger's too; safe to delete only now
        for stale in (
            self.folder.postgres / "postmaster.pid",
            self.folder.sockets / ".s.PGSQL.5432",
            self.folder.sockets / ".s.PGSQL.5432.lock",
        ):
            stale.unlink(missing_ok=True)
        if not self.folder.postgres.exists():
            self._make_cluster()
        self._check_version()

    def command(self) -> list[str]:
        """Give the server's command line. `EMBEDDED_PG_ARGS` is added to it."""
        settings = {**SETTINGS, "unix_socket_directories": f'"{self.folder.sockets}"'}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        extra = shlex.split(os.environ.get("EMBEDDED_PG_ARGS", ""))
        argv: list[str | Path] = [
            self.programs / "postgres",
            "-D",
            self.folder.postgres,
            *options,
            *extra,
        ]
        return self._as_account(argv, death_signal=self.stop_signal)

    @property
    def home(self) -> Path:
        """Working folder of the server."""
        return self.folder.postgres

    def accepts(self) -> bool:
        """Whether it accepts connections."""
        return _answers(self.folder, database="postgres", user="postgres")

    def complete(self) -> None:
        """Make the application's role and database, and the role that its requests take on.

        The application's role is no superuser and may make no roles. It owns its tables, which
        exempts it from row level security; the tenants' role has no such exemption.
        """
        if not self._ask("select 1 from pg_roles where rolname = 'app'"):
            self._ask("create role app login createdb")
        if not self._ask("select 1 from pg_roles where rolname = 'conveyor_tenant'"):
            self._ask("create role conveyor_tenant nologin")
        self._ask("grant conveyor_tenant to app")
        if not self._ask("select 1 from pg_database where datname = 'app'"):
            self._ask("create database app owner app")

    def is_complete(self) -> bool:
        """Whether the application can use it."""
        return _answers(self.folder, database="app", user="app")

    def _make_cluster(self) -> None:
        """Run initdb beside the final place, then rename: half a cluster never looks finished."""
        fresh = self.folder.incomplete_postgres
        shutil.rmtree(fresh, ignore_errors=True)
        make_private(fresh, self.account)
        argv: list[str | Path] = [
            *(self.programs / "initdb", "-D", fresh, "-U", "postgres", "--encoding=UTF8"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", "--data-checksums"),
            *self._locale(),
        ]
        made = subprocess.run(  # noqa: S603  (our own program)
            self._as_account(argv, death_signal=Signals.SIGTERM),
            check=False,
            cwd=fresh,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent(Signals.SIGTERM),
        )
        if made.returncode != 0:
            raise ServerFailed(f"initdb failed in {self.folder.path}: {made.stderr.strip()}")
        fresh.rename(self.folder.postgres)

    def _locale(self) -> list[str]:
        if int(self._version().split(".")[0]) < FIRST_WITH_BUILTIN_LOCALE:
            return ["--locale=C.UTF-8"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _check_version(self) -> None:
        made_by = (self.folder.postgres / "PG_VERSION").read_text().strip()
        ours = self._version()
        if ours.split(".")[0] != made_by:
            raise ServerFailed(
                f"{self.folder.postgres} was made by PostgreSQL {made_by}, and {self.programs} is "
                f"{ours}. Dump it with the old programs (PG_BIN) and restore it with these."
            )

    def _version(self) -> str:
        """Give the programs' version: "18.6" of "postgres (PostgreSQL) 18.6"."""
        program = str(self.programs / "postgres")
        said = subprocess.check_output([program, "--version"], text=True)  # noqa: S603  (our own)
        return said.split()[2]

    def _as_account(self, argv: Sequence[str | Path], death_signal: Signals) -> list[str]:
        reaches = (self.programs / "postgres", self.folder.postgres, self.folder.sockets)
        return command(argv, self.account, reaches=reaches, death_signal=death_signal)

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        connection = _connect(self.folder, database="postgres", user="postgres")
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def _connect(folder: DataFolder, *, database: str, user: str) -> Any:
    return psycopg2.connect(dbname=database, user=user, host=str(folder.sockets), connect_timeout=5)


def _answers(folder: DataFolder, *, database: str, user: str) -> bool:
    try:
        _connect(folder, database=database, user=user).close()
    except psycopg2.OperationalError:
        return False
    return True
