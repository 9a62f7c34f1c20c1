"""The embedded PostgreSQL: its data directory, its command line, the roles and the database."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from signal import Signals
from typing import Any

import psycopg2

from config.embedded.binaries import find_postgres_folder
from config.embedded.data_folder import DataFolder
from config.embedded.errors import ServerFailed
from config.embedded.privileges import ServerAccount, create_private_folder, wrap_command
from config.embedded.processes import die_with_parent, stop_leftovers

MIN_VERSION_WITH_BUILTIN_LOCALE = 17
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",  # part of the socket's name; no TCP port is opened
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "512MB",
    "jit": "off",
    "log_checkpoints": "off",
}
"""Changes to the defaults. fsync, full_page_writes and synchronous_commit stay on."""


class Postgres:
    """The PostgreSQL server of a data folder."""

    name = "postgres"
    stop_signal = Signals.SIGINT  # fast shutdown; SIGTERM would wait for every client
    kill_signal = Signals.SIGQUIT

    def __init__(self, folder: DataFolder, account: ServerAccount) -> None:
        self.folder = folder
        self.account = account
        self.programs = find_postgres_folder()

    def prepare(self) -> None:
        """Stop leftover processes, remove stale files, and create the data directory if missing."""
        stop_leftovers(
            ("postgres", "initdb"),
            (self.folder.postgres, self.folder.incomplete_postgres),
            stop_signal=self.stop_signal,
            kill_signal=self.kill_signal,
        )
        # PostgreSQL believes any live pid in these files, even that of another program; they are
        # safe to delete only now
        for stale in (
            self.folder.postgres / "postmaster.pid",
            self.folder.sockets / ".s.PGSQL.5432",
            self.folder.sockets / ".s.PGSQL.5432.lock",
        ):
            stale.unlink(missing_ok=True)
        if not self.folder.postgres.exists():
            self._create_cluster()
        self._check_version()

    def command(self) -> list[str]:
        """Return the command line, with the arguments of `EMBEDDED_PG_ARGS` at its end."""
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
        return self.folder.postgres

    def accepts_connections(self) -> bool:
        return _can_connect(self.folder, database="postgres", user="postgres")

    def provision(self) -> None:
        """Create the application's role and database, and the role that its requests switch to.

        The application's role is not a superuser and cannot create roles. It owns its tables, which
        exempts it from row level security; the role of the tenants has no such exemption.
        """
        if not self._execute("select 1 from pg_roles where rolname = 'app'"):
            self._execute("create role app login createdb")
        if not self._execute("select 1 from pg_roles where rolname = 'conveyor_tenant'"):
            self._execute("create role conveyor_tenant nologin")
        self._execute("grant conveyor_tenant to app")
        if not self._execute("select 1 from pg_database where datname = 'app'"):
            self._execute("create database app owner app")

    def is_ready(self) -> bool:
        """Whether the application can use the server."""
        return _can_connect(self.folder, database="app", user="app")

    def _create_cluster(self) -> None:
        """Run initdb in another folder, then rename it: an incomplete cluster is never used."""
        new = self.folder.incomplete_postgres
        shutil.rmtree(new, ignore_errors=True)
        create_private_folder(new, self.account)
        argv: list[str | Path] = [
            *(self.programs / "initdb", "-D", new, "-U", "postgres", "--encoding=UTF8"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", "--data-checksums"),
            *self._locale(),
        ]
        completed = subprocess.run(  # noqa: S603  (a fixed program)
            self._as_account(argv, death_signal=Signals.SIGTERM),
            check=False,
            cwd=new,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent(Signals.SIGTERM),
        )
        if completed.returncode != 0:
            raise ServerFailed(f"initdb failed in {self.folder.path}: {completed.stderr.strip()}")
        new.rename(self.folder.postgres)

    def _locale(self) -> list[str]:
        if int(self._version().split(".")[0]) < MIN_VERSION_WITH_BUILTIN_LOCALE:
            return ["--locale=C.UTF-8"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _check_version(self) -> None:
        cluster_version = (self.folder.postgres / "PG_VERSION").read_text().strip()
        version = self._version()
        if version.split(".")[0] != cluster_version:
            raise ServerFailed(
                f"{self.folder.postgres} was made by PostgreSQL {cluster_version}, but "
                f"{self.programs} has version {version}. Set PG_BIN to the old version, dump the "
                "database, and restore the dump with the new version."
            )

    def _version(self) -> str:
        """Return the version, such as "18.6" from the output "postgres (PostgreSQL) 18.6"."""
        program = str(self.programs / "postgres")
        output = subprocess.check_output([program, "--version"], text=True)  # noqa: S603  (fixed)
        return output.split()[2]

    def _as_account(self, argv: Sequence[str | Path], death_signal: Signals) -> list[str]:
        paths = (self.programs / "postgres", self.folder.postgres, self.folder.sockets)
        return wrap_command(argv, self.account, paths=paths, death_signal=death_signal)

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
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


def _can_connect(folder: DataFolder, *, database: str, user: str) -> bool:
    try:
        _connect(folder, database=database, user=user).close()
    except psycopg2.OperationalError:
        return False
    return True
