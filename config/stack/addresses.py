"""Hosts and ports of the stack, and the password of Flower."""

import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from config import env, local_model
from config.service_urls import is_loopback

WEB_PORT = 8000
FLOWER_PORT = 5555
MODEL_PORT = 8080
MAX_PORTS_TRIED = 50
"""Ports to try if none is configured."""
MAX_PENDING_CONNECTIONS = 2048
"""Connections that can wait while web starts or restarts."""


class PortInUse(Exception):
    """A configured port is in use, or no port is free. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class StackAddresses:
    """Hosts, ports and URLs of the web process, of Flower and of the local model."""

    host: str
    listener: socket.socket
    """Listens already, so that no other process can take the port before web is up."""
    flower_host: str
    flower_port: int
    flower_login: str = ""
    """`user:password`; empty if Flower listens on loopback only."""
    model_port: int = 0
    """Port of the local model server; 0 if there is none."""

    @property
    def port(self) -> int:
        """Port of web."""
        return int(self.listener.getsockname()[1])

    @property
    def web_url(self) -> str:
        """URL of web for a browser on this machine."""
        return f"http://{_host_for_url(self.host)}:{self.port}"

    @property
    def flower_url(self) -> str:
        """URL of Flower for a browser on this machine."""
        return f"http://{_host_for_url(self.flower_host)}:{self.flower_port}"

    @property
    def model_url(self) -> str:
        """URL of the local model server for the workers; empty if there is none."""
        return f"http://{local_model.HOST}:{self.model_port}" if self.model_port else ""

    @property
    def flower_environment(self) -> Mapping[str, str]:
        """Options of Flower. As variables, they keep the password out of the process list."""
        options = {"FLOWER_ADDRESS": self.flower_host, "FLOWER_PORT": str(self.flower_port)}
        return options | ({"FLOWER_BASIC_AUTH": self.flower_login} if self.flower_login else {})


@contextmanager
def reserve() -> Iterator[StackAddresses]:
    """Read HOST, PORT, FLOWER_ADDRESS, FLOWER_PORT and MODEL; listen on web's port in the block.

    Raises `PortInUse`, and `ImproperlyConfigured` if the model is not installed.
    """
    host = env.text("HOST", "127.0.0.1")
    flower_host = env.text("FLOWER_ADDRESS", "127.0.0.1")
    with _listen("PORT", host, WEB_PORT) as listener:
        # Flower and the model cannot inherit a socket, so their ports are free until they listen.
        # Two stacks that start together differ in web's port, and so try different ports first.
        offset = listener.getsockname()[1] % MAX_PORTS_TRIED
        with _listen("FLOWER_PORT", flower_host, FLOWER_PORT + offset) as free:
            flower_port = free.getsockname()[1]
        yield StackAddresses(
            host=host,
            listener=listener,
            flower_host=flower_host,
            flower_port=flower_port,
            flower_login=_flower_login(flower_host),
            model_port=_model_port(offset),
        )


def _flower_login(host: str) -> str:
    configured = env.raw("FLOWER_BASIC_AUTH")
    if configured or is_loopback(host):
        return configured
    return f"admin:{secrets.token_urlsafe(12)}"


def _model_port(offset: int) -> int:
    if not env.choice("MODEL", "", ("", local_model.NAME)):
        return 0
    if local_model.find_model_file() is None:
        raise ImproperlyConfigured(local_model.NOT_INSTALLED)
    with _listen("MODEL_PORT", local_model.HOST, MODEL_PORT + offset) as free:
        return int(free.getsockname()[1])


def _listen(name: str, host: str, first: int) -> socket.socket:
    """Listen on the port that this variable sets, or on the first free one."""
    configured = env.integer(name, 0, at_most=65535)
    for port in [configured] if configured else range(first, first + MAX_PORTS_TRIED):
        if listener := _try_to_listen(host, port):
            return listener
    if configured:
        raise PortInUse(
            f"{name}={configured} is in use on {host}. Stop the process that uses it, set another "
            f"{name}, or unset it to use the next free port."
        )
    last = first + MAX_PORTS_TRIED - 1
    raise PortInUse(f"No port from {first} to {last} is free on {host}. Set {name}.")


def _try_to_listen(host: str, port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(MAX_PENDING_CONNECTIONS)
    except OSError:
        listener.close()
        return None
    return listener


def _host_for_url(host: str) -> str:
    any_address = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (compared, not bound)
    return any_address.get(host) or (f"[{host}]" if ":" in host else host)
