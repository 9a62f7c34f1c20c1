"""The folder of the embedded servers: paths of their data, sockets and logs, and their URLs."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MAX_SOCKET_PATH_BYTES = 100
"""Linux allows 107 bytes for the path of a unix socket; PostgreSQL adds a lock file beside it."""


@dataclass(frozen=True, kw_only=True)
class DataFolder:
    """Paths inside a data folder."""

    path: Path
    """Absolute."""

    @property
    def postgres(self) -> Path:
        """Data directory of PostgreSQL."""
        return self.path / "postgres"

    @property
    def incomplete_postgres(self) -> Path:
        """Data directory while initdb creates it."""
        return self.path / "postgres.new"

    @property
    def valkey(self) -> Path:
        """Data directory of Valkey, with its append-only files."""
        return self.path / "valkey"

    @property
    def lock(self) -> Path:
        """Lock file: the process that holds its flock owns the servers."""
        return self.path / "owner.lock"

    @property
    def sockets(self) -> Path:
        """Folder of the sockets; below /tmp if the path of the data folder is too long."""
        local = self.path / "run"
        if len(os.fsencode(local / ".s.PGSQL.5432.lock")) <= MAX_SOCKET_PATH_BYTES:
            return local
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        # `create_private_folder` checks that it is a folder and who owns it
        return Path("/tmp") / f"conveyor-{os.getuid()}-{digest}"  # noqa: S108

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def log(self, server: str) -> Path:
        """Return the log file of a server."""
        return self.path / f"{server}.log"

    @property
    def database_url(self) -> str:
        """Value for `DATABASE_URL`."""
        return f"postgresql://app@/app?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        """Value for `REDIS_URL`."""
        return f"unix://{self.valkey_socket}?db=0"
