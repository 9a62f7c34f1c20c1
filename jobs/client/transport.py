"""HTTP requests, repeated if the server asks for it or the connection breaks."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import socket
from urllib.parse import urlsplit

from jobs.client.errors import Conflict, LimitReached, Problem, Unavailable, Unreachable, problem

READ_TIMEOUT_SECONDS = 60.0
"""The longest silence on a connection; the server sends on streams at least every 15 seconds."""
CHUNK_BYTES = 64 * 1024
FIRST_WAIT_SECONDS = 0.5
"""The wait before the first repetition without a `Retry-After`; doubled each time."""
MAX_WAIT_SECONDS = 30.0
RETRYABLE = (Conflict, LimitReached, Unavailable)
"""Repeated if the response has a `Retry-After`; such a conflict is a request that is running."""


class Deadline:
    """A point in time, or none, in which case it never passes."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def remaining(self, most: float) -> float:
        """Return the remaining seconds, but at most `most`."""
        return most if self._end is None else max(0.0, min(most, self._end - time.monotonic()))

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self._end is not None and time.monotonic() >= self._end


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request below /api/v1/. Its body can be read more than once."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response while its connection is open."""

    response: HTTPResponse
    socket: socket

    def chunks(self, deadline: Deadline) -> Iterator[bytes]:
        """Yield the body as it arrives, until its end or the deadline."""
        while not deadline.is_over:
            self.socket.settimeout(max(deadline.remaining(READ_TIMEOUT_SECONDS), 0.001))
            if not (chunk := self.response.read1(CHUNK_BYTES)):
                return
            yield chunk


@dataclass(frozen=True, kw_only=True)
class Transport:
    """A server, and the API key for it."""

    url: str
    key: str = field(repr=False)
    retry_window: float
    """The total seconds for which a request is repeated."""

    def send(self, request: Request) -> bytes:
        """Send a request, repeat it where that may help, and return the body of the response.

        Raises `Problem` or `Unreachable`. A repeated POST keeps its idempotency key.
        """
        deadline, wait = Deadline(self.retry_window), FIRST_WAIT_SECONDS
        while True:
            try:
                with self.open_response(request) as answer:
                    return answer.response.read()
            except (Problem, Unreachable) as error:
                pause = pause_after(error, wait)
                if pause is None or deadline.is_over or pause > deadline.remaining(pause):
                    raise
            time.sleep(pause)
            wait = min(2 * wait, MAX_WAIT_SECONDS)

    @contextmanager
    def open_response(self, request: Request) -> Iterator[Answer]:
        """Send a request once; give the answer while it is open, or raise `Problem`."""
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.netloc, timeout=READ_TIMEOUT_SECONDS)
        headers = {"Accept": "*/*", **request.headers, "Authorization": f"Bearer {self.key}"}
        path = f"{parts.path.rstrip('/')}/api/v1/{request.path}"
        try:
            connection.connect()
            opened = connection.sock
            # a server may reject a request before it has received the whole body
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(request.method, path, request.body, headers)
            with connection.getresponse() as response:
                if response.status >= 300:
                    raise problem(response.status, response.headers["Retry-After"], response.read())
                yield Answer(response=response, socket=opened)
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{request}: no answer of {self.url} ({error!r})") from error
        finally:
            connection.close()


def pause_after(error: Problem | Unreachable, wait: float) -> float | None:
    """Return the seconds to wait before a repetition, or `None` if it would not help."""
    if isinstance(error, Unreachable):
        return wait
    if isinstance(error, RETRYABLE) and error.retry_after is not None:
        return max(error.retry_after, wait)
    return wait if isinstance(error, Unavailable) else None
