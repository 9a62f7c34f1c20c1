"""Where the embedded servers keep their data, and the addresses they answer at."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET_PATH = 100
"""Bytes. Linux ends a unix socket's path at 107; PostgreSQL writes a lock file beside it."""


@dataclass(frozen=True, kw_only=True)
class DataFolder:
    """A data folder and what lies in it."""

    path: Path
    """Absolute path of the folder itself."""

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster."""
        return self.path / "postgres"

    @property
    def incomplete_postgres(self) -> Path:
        """A cluster while initdb still writes it."""
        return self.path / "postgres.new"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only files."""
        return self.path / "valkey"

    @property
    def lock(self) -> Path:
        """File whose flock makes its holder the owner."""
        return self.path / "owner.lock"

    @property
    def sockets(self) -> Path:
        """Folder of the sockets, below /tmp where the data folder's own path is too long."""
        near = self.path / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return near
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        # checked by `make_private`: it is a folder, and ours
        return Path("/tmp") / f"conveyor-{os.getuid()}-{digest}"  # noqa: S108

    @property
    def valkey_socket(self) -> Path:
        """The socket that Valkey listens on."""
        return self.sockets / "valkey.sock"

    def log(self, server: str) -> Path:
        """File that a server writes its log to."""
        return self.path / f"{server}.log"

    @property
    def database_url(self) -> str:
        """Address of the application's database, for `DATABASE_URL`."""
        return f"postgresql://app@/app?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        """Address of Valkey, for `REDIS_URL`."""
        return f"unix://{self.valkey_socket}?db=0"
