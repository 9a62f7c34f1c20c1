"""Valkey, or Redis: the broker, the result backend and the live channel."""

import socket
from pathlib import Path
from signal import Signals

from config.embedded.binaries import valkey_program
from config.embedded.folder import DataFolder
from config.embedded.privileges import Account, command, make_private
from config.embedded.processes import stop_leftovers

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",  # a broker that evicts loses messages without a word
}


class Valkey:
    """The Valkey server of a data folder."""

    name = "valkey"
    stop_signal = Signals.SIGTERM
    kill_signal = Signals.SIGKILL

    def __init__(self, folder: DataFolder, account: Account) -> None:
        self.folder = folder
        self.account = account
        self.program = valkey_program()

    def prepare(self) -> None:
        """Clear what a dead owner left."""
        stop_leftovers(
            {self.program.name, "valkey-server", "redis-server"},
            (self.folder.valkey,),
            soft=self.stop_signal,
            hard=self.kill_signal,
        )
        self.folder.valkey_socket.unlink(missing_ok=True)
        make_private(self.folder.valkey, self.account)

    def command(self) -> list[str]:
        """Give the server's command line."""
        places = {"unixsocket": str(self.folder.valkey_socket), "dir": str(self.folder.valkey)}
        options = [
            part for key, value in {**SETTINGS, **places}.items() for part in (f"--{key}", value)
        ]
        return command(
            [self.program, *options],
            self.account,
            reaches=(self.program, self.folder.valkey, self.folder.sockets),
            death_signal=self.stop_signal,
        )

    @property
    def home(self) -> Path:
        """Working folder of the server."""
        return self.folder.valkey

    def accepts(self) -> bool:
        """Whether it answers a PING. While it loads its data it answers an error."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.folder.valkey_socket))
                client.sendall(b"PING\r\n")
                return client.recv(7) == b"+PONG\r\n"
            except OSError:
                return False

    def complete(self) -> None:
        """Nothing is left to do once it answers."""

    def is_complete(self) -> bool:
        """Whether the application can use it."""
        return self.accepts()
