"""Addresses of the stack: hosts, free ports, and a password for Flower if it needs one."""

import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from config import env, local_model
from config.addresses import is_loopback

WEB_PORT = 8000
FLOWER_PORT = 5555
MODEL_PORT = 8080
MAX_PORTS_TRIED = 50
"""Ports that are tried where none was asked for."""
MAX_PENDING_CONNECTIONS = 2048
"""Connections that wait while web starts, or starts again."""


class PortTaken(Exception):
    """The requested port is in use."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """Addresses of the stack."""

    host: str
    listener: socket.socket
    """Listens from the moment the port is chosen, so that nobody takes it before web is up."""
    flower_host: str
    flower_port: int
    flower_login: str = ""
    """user:password, empty where Flower listens to this machine only."""
    model_port: int = 0
    """Of the local model server; 0 where none is asked for."""

    @property
    def port(self) -> int:
        """Port of the web process."""
        return int(self.listener.getsockname()[1])

    @property
    def web_url(self) -> str:
        """Where a browser on this machine finds the pages."""
        return f"http://{_reachable(self.host)}:{self.port}"

    @property
    def flower_url(self) -> str:
        """Where a browser on this machine finds Flower."""
        return f"http://{_reachable(self.flower_host)}:{self.flower_port}"

    @property
    def model_url(self) -> str:
        """Where the workers find the local model server, empty where there is none."""
        return f"http://{local_model.HOST}:{self.model_port}" if self.model_port else ""

    @property
    def flower_environment(self) -> Mapping[str, str]:
        """Flower's options; the environment keeps the password out of the list of processes."""
        options = {"FLOWER_ADDRESS": self.flower_host, "FLOWER_PORT": str(self.flower_port)}
        return options | ({"FLOWER_BASIC_AUTH": self.flower_login} if self.flower_login else {})


@contextmanager
def choose() -> Iterator[Access]:
    """Read HOST, PORT, FLOWER_ADDRESS, FLOWER_PORT and MODEL, and hold web's port inside `with`.

    Raise `PortTaken` for a port in use, `ImproperlyConfigured` where the model is not installed.
    """
    host = env.text("HOST", "127.0.0.1")
    flower_host = env.text("FLOWER_ADDRESS", "127.0.0.1")
    with _listen("PORT", host, WEB_PORT) as listener:
        with _listen("FLOWER_PORT", flower_host, FLOWER_PORT) as free:
            flower_port = free.getsockname()[1]  # given up again: Flower takes no open socket
        yield Access(
            host=host,
            listener=listener,
            flower_host=flower_host,
            flower_port=flower_port,
            flower_login=_flower_login(flower_host),
            model_port=_model_port(),
        )


def _flower_login(host: str) -> str:
    given = env.raw("FLOWER_BASIC_AUTH")
    if given or is_loopback(host):
        return given
    return f"admin:{secrets.token_urlsafe(12)}"


def _model_port() -> int:
    if not env.choice("MODEL", "", ("", local_model.NAME)):
        return 0
    if local_model.find_model_file() is None:
        raise ImproperlyConfigured(local_model.MISSING)
    with _listen("MODEL_PORT", local_model.HOST, MODEL_PORT) as free:
        return int(free.getsockname()[1])  # given up again: the server takes no open socket


def _listen(name: str, host: str, first: int) -> socket.socket:
    """Listen on the port that is asked for, or on the first free one where none is."""
    asked = env.integer(name, 0, at_most=65535)
    for port in [asked] if asked else range(first, first + MAX_PORTS_TRIED):
        if listener := _listener(host, port):
            return listener
    if asked:
        raise PortTaken(
            f"{name}={asked} is in use on {host}. Stop the program that listens there, choose "
            f"another {name}, or unset it to use the next free port."
        )
    raise PortTaken(
        f"No port from {first} to {first + MAX_PORTS_TRIED - 1} is free on {host}: set {name}."
    )


def _listener(host: str, port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(MAX_PENDING_CONNECTIONS)
    except OSError:
        listener.close()
        return None
    return listener


def _reachable(host: str) -> str:
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (read, not bound)
    return anywhere.get(host) or (f"[{host}]" if ":" in host else host)
