"""HTTP requests to URLs that users give us: public addresses only, within a total timeout.

The check covers the address of the connection itself. A name is resolved once, each of its
addresses must be allowed, and the connection goes to one of them, so a name that changes its
address between check and use (DNS rebinding) gains nothing. Redirects are not followed. The timeout
covers the whole request, not each read. Import this module only where requests are sent: it loads
an HTTP client that server processes do not need.
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
from jobs.outbound.ssrf import is_allowed, url_fault

UNCOMPRESSED = {"Accept-Encoding": "identity"}
"""Without compression, a small response cannot expand to a large body."""

CONNECTION_ERRORS = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpx2.RequestError,
    OSError,  # with ssl.SSLError
)

Resolver = Callable[[str, int], list[str]]
"""Returns the addresses of a host name; raises `OSError`."""


class AddressNotAllowed(InvalidInput):
    """The URL is not valid, or its address is not public."""

    code = "address_refused"


class Unreachable(TransientError):
    """No complete response arrived in time."""

    code = "unreachable"


@dataclass(frozen=True, kw_only=True)
class OutboundResponse:
    """A response of another server; a redirect is one too."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """Its first bytes, at most `max_bytes`."""


def resolve_host(host: str, port: int) -> list[str]:
    """Resolve a name with the resolver of the operating system."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in entries]


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    timeout: float,
    max_bytes: int,
    resolver: Resolver = resolve_host,
) -> OutboundResponse:
    """Send one request, and read at most `max_bytes` of the response.

    `timeout` is the number of seconds for the whole request. Raises `AddressNotAllowed` or
    `Unreachable`.
    """
    if fault := url_fault(url):
        raise AddressNotAllowed(fault)
    deadline = time.monotonic() + timeout
    transport = _Transport(GuardedBackend(deadline, resolver))
    with httpx2.Client(transport=transport, trust_env=False, timeout=timeout) as client:
        try:
            with client.stream(
                method, url, headers={**UNCOMPRESSED, **headers}, content=content
            ) as response:
                return OutboundResponse(
                    status=response.status_code,
                    headers=dict(response.headers),
                    body=_read_start(response.iter_raw(), max_bytes),
                )
        except (httpcore2.TimeoutException, httpx2.TimeoutException):
            raise Unreachable(f"The server did not respond within {timeout:g} seconds.") from None
        except (httpx2.InvalidURL, httpcore2.UnsupportedProtocol) as error:
            raise AddressNotAllowed(f"It is not a URL: {error}.") from None
        except CONNECTION_ERRORS as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(f"The connection failed: {reason}.") from None


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to allowed addresses only, and ends each operation by the deadline."""

    def __init__(self, deadline: float, resolver: Resolver = resolve_host) -> None:
        self._deadline = deadline
        self._resolver = resolver
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Resolve the host once, check its addresses, and connect to the first that responds."""
        addresses = self._allowed_addresses(host, port)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, local_address, socket_options)

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        """Refuse: a Unix socket leads to this machine."""
        raise AddressNotAllowed("Unix sockets are not allowed.")

    def _connect(
        self, address: str, port: int, local_address: str | None, options: Iterable[Any] | None
    ) -> httpcore2.NetworkStream:
        timeout = remaining(self._deadline)
        stream = self._sockets.connect_tcp(address, port, timeout, local_address, options)
        return DeadlineStream(stream, self._deadline)

    def _allowed_addresses(self, host: str, port: int) -> list[str]:
        addresses = list(dict.fromkeys(self._resolve(host, port)))
        for address in addresses:
            if not is_allowed(address):
                raise AddressNotAllowed(f"{host} is not a public address.")
        if not addresses:
            raise httpcore2.ConnectError(f"{host} has no address")
        return addresses

    def _resolve(self, host: str, port: int) -> list[str]:
        """Resolve on a separate thread: a name server may take longer than the deadline allows."""
        results: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

        def run() -> None:
            try:
                results.put(self._resolver(host, port))
            except (OSError, UnicodeError) as error:
                results.put(error if isinstance(error, OSError) else OSError(str(error)))

        threading.Thread(target=run, name="resolve", daemon=True).start()
        try:
            result = results.get(timeout=remaining(self._deadline))
        except queue.Empty:
            raise httpcore2.ConnectTimeout from None
        if isinstance(result, OSError):
            raise httpcore2.ConnectError(f"{host} cannot be resolved: {result}")
        return result


class DeadlineStream(httpcore2.NetworkStream):
    """A connection whose operations all end by one deadline, however slowly bytes arrive."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read up to `max_bytes`."""
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
        """Start TLS; the certificate must match the host name, not the address."""
        timeout = remaining(self._deadline)
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return details of the connection."""
        return self._stream.get_extra_info(info)


class _Transport(httpx2.BaseTransport):
    """Sends the requests of httpx2 through a guarded backend, each on a new connection."""

    def __init__(self, backend: GuardedBackend) -> None:
        self._pool = httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=response.status, headers=response.headers, stream=_Body(response)
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The body of a response of httpcore2, as httpx2 expects it."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Any:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def remaining(deadline: float) -> float:
    """Return the seconds until `deadline` (monotonic clock); raises `ReadTimeout` after it."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore2.ReadTimeout
    return seconds


def _read_start(chunks: Iterable[bytes], size: int) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= size:
            break
    return body[:size]


@lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()
