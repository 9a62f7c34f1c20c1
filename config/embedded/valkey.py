"""The embedded Valkey or Redis: the broker, the result backend and pub/sub."""

import socket
from pathlib import Path
from signal import Signals

from config.embedded.binaries import find_valkey_program
from config.embedded.data_folder import DataFolder
from config.embedded.privileges import ServerAccount, create_private_folder, wrap_command
from config.embedded.processes import stop_leftovers

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",  # a broker that evicts keys loses messages silently
}


class Valkey:
    """The Valkey server of a data folder."""

    name = "valkey"
    stop_signal = Signals.SIGTERM
    kill_signal = Signals.SIGKILL

    def __init__(self, folder: DataFolder, account: ServerAccount) -> None:
        self.folder = folder
        self.account = account
        self.program = find_valkey_program()

    def prepare(self) -> None:
        """Stop leftover processes, remove the stale socket, and create the folder if missing."""
        stop_leftovers(
            {self.program.name, "valkey-server", "redis-server"},
            (self.folder.valkey,),
            stop_signal=self.stop_signal,
            kill_signal=self.kill_signal,
        )
        self.folder.valkey_socket.unlink(missing_ok=True)
        create_private_folder(self.folder.valkey, self.account)

    def command(self) -> list[str]:
        """Return the command line."""
        paths = {"unixsocket": str(self.folder.valkey_socket), "dir": str(self.folder.valkey)}
        options = [
            part for key, value in {**SETTINGS, **paths}.items() for part in (f"--{key}", value)
        ]
        return wrap_command(
            [self.program, *options],
            self.account,
            paths=(self.program, self.folder.valkey, self.folder.sockets),
            death_signal=self.stop_signal,
        )

    @property
    def home(self) -> Path:
        return self.folder.valkey

    def accepts_connections(self) -> bool:
        """Whether it replies to PING. While it loads its data, it replies with an error."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.folder.valkey_socket))
                client.sendall(b"PING\r\n")
                return client.recv(7) == b"+PONG\r\n"
            except OSError:
                return False

    def provision(self) -> None:
        """Do nothing: Valkey needs no roles or databases."""

    def is_ready(self) -> bool:
        """Whether the application can use the server."""
        return self.accepts_connections()
