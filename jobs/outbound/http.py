"""Calling addresses that strangers give us: never a private one, and never for long.

The address is checked that is connected to. A name is looked up once, every address that it has
must be allowed, and the connection goes to one of these: a name that changes its address between
check and use (DNS rebinding) gains nothing. Redirects are not followed. Time is bounded as a whole,
not only for each read. The library is imported by who calls: processes that serve need it not.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore2
import httpx2

from jobs.errors import InvalidInput, TransientError
from jobs.outbound.ssrf import fault_of, is_allowed

UNCOMPRESSED = {"Accept-Encoding": "identity"}
"""So what is read is as large as what was sent."""

Resolve = Callable[[str, int], list[str]]
"""Looks a host name up; gives its addresses, raises OSError."""


class Blocked(InvalidInput):
    """We do not call this address: it is none, or not a public one."""

    code = "address_refused"


class Unreachable(TransientError):
    """There was no answer in time, or no whole one."""

    code = "unreachable"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered, redirects included."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """Its first bytes, as many as were asked for."""


def look_up(host: str, port: int) -> list[str]:
    """Look a name up, as the system does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    seconds: float,
    max_bytes: int,
    resolve: Resolve = look_up,
) -> Answer:
    """Send one request, and read `max_bytes` of the answer at most, within `seconds` in all.

    Raises `Blocked` or `Unreachable`.
    """
    if fault := fault_of(url):
        raise Blocked(fault)
    deadline = time.monotonic() + seconds
    transport = _Transport(Guard(deadline, resolve))
    with httpx2.Client(transport=transport, trust_env=False, timeout=seconds) as client:
        try:
            with client.stream(
                method, url, headers={**UNCOMPRESSED, **headers}, content=content
            ) as answer:
                body = _first(answer.iter_raw(), max_bytes)
                return Answer(status=answer.status_code, headers=dict(answer.headers), body=body)
        except (httpcore2.TimeoutException, httpx2.TimeoutException):
            raise Unreachable(f"The server did not respond within {seconds:g} seconds.") from None
        except (httpx2.InvalidURL, httpcore2.UnsupportedProtocol) as error:
            raise Blocked(f"It is not a URL: {error}.") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.RequestError) as error:
            raise Unreachable(_said(error)) from None
        except (ssl.SSLError, OSError) as error:
            raise Unreachable(_said(error)) from None


class Guard(httpcore2.NetworkBackend):
    """Connects to allowed addresses only, and lets nothing last beyond the deadline."""

    def __init__(self, deadline: float, resolve: Resolve = look_up) -> None:
        self._deadline = deadline
        self._resolve = resolve
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Look the host up once, check what was found, connect to the first that answers."""
        addresses = self._checked(host, port)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, local_address, socket_options)

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        """Refuse: there is nobody outside behind a socket of this machine."""
        raise Blocked("Unix sockets are not allowed.")

    def _connect(
        self, address: str, port: int, local_address: str | None, options: Iterable[Any] | None
    ) -> httpcore2.NetworkStream:
        left = remaining(self._deadline)
        stream = self._sockets.connect_tcp(address, port, left, local_address, options)
        return Bounded(stream, self._deadline)

    def _checked(self, host: str, port: int) -> list[str]:
        addresses = list(dict.fromkeys(self._found(host, port)))
        for address in addresses:
            if not is_allowed(address):
                raise Blocked(f"{host} is not a public address.")
        if not addresses:
            raise httpcore2.ConnectError(f"{host} has no address")
        return addresses

    def _found(self, host: str, port: int) -> list[str]:
        """Look up on a thread of its own: a name server may take longer than we have."""
        found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                found.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                found.put(error if isinstance(error, OSError) else OSError(str(error)))

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        try:
            answer = found.get(timeout=remaining(self._deadline))
        except queue.Empty:
            raise httpcore2.ConnectTimeout from None
        if isinstance(answer, OSError):
            raise httpcore2.ConnectError(f"{host} cannot be resolved: {answer}")
        return answer


class Bounded(httpcore2.NetworkStream):
    """A connection whose every operation ends by one deadline, however slowly bytes come."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes."""
        return self._stream.read(max_bytes, remaining(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        self._stream.write(buffer, remaining(self._deadline))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Go on encrypted; the certificate is checked against the name, not the address."""
        left = remaining(self._deadline)
        return Bounded(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Give what is known of the connection."""
        return self._stream.get_extra_info(info)


class _Transport(httpx2.BaseTransport):
    """Sends httpx's requests through a guard, each on a connection of its own."""

    def __init__(self, guard: Guard) -> None:
        self._pool = httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=guard)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=answer.status, headers=answer.headers, stream=_Body(answer)
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The body of an answer, in both libraries' terms."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Any:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def remaining(deadline: float) -> float:
    """Give the seconds left until a time of the monotonic clock; raise where none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left


def _first(chunks: Iterable[bytes], size: int) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= size:
            break
    return body[:size]


def _said(error: Exception) -> str:
    return f"The connection failed: {error or type(error).__name__}."


@lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()
