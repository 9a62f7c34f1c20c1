"""Requests: sent, and sent again where the server asks for it or the connection breaks."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import socket
from urllib.parse import urlsplit

from jobs.client.errors import Conflict, LimitReached, Problem, Unavailable, Unreachable, problem

SILENCE = 60.0
"""Seconds without a byte after which the server counts as gone; streams say something every 15."""
CHUNK = 64 * 1024
FIRST_WAIT = 0.5
"""Seconds before a request is sent again, where the server names none; doubled each time."""
LONGEST_WAIT = 30.0
AGAIN = (Conflict, LimitReached, Unavailable)
"""Sent again if the server says when (`Retry-After`); a conflict is then a request in flight."""


class Deadline:
    """A time that is over at some moment, or never."""

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
    """An answer while its connection is open."""

    response: HTTPResponse
    socket: socket

    def chunks(self, deadline: Deadline) -> Iterator[bytes]:
        """Give the body as it comes, until its end or the deadline."""
        while not deadline.is_over:
            self.socket.settimeout(max(deadline.remaining(SILENCE), 0.001))
            if not (chunk := self.response.read1(CHUNK)):
                return
            yield chunk


@dataclass(frozen=True, kw_only=True)
class Transport:
    """A server and the key that opens it."""

    url: str
    key: str = field(repr=False)
    patience: float
    """Seconds for which a request is sent again, in all."""

    def send(self, request: Request) -> bytes:
        """Send a request, again where that may help; give the body of the answer.

        Raises `Problem` or `Unreachable`. A POST carries an idempotency key, the same each time.
        """
        deadline, wait = Deadline(self.patience), FIRST_WAIT
        while True:
            try:
                with self.open_response(request) as answer:
                    return answer.response.read()
            except (Problem, Unreachable) as error:
                pause = pause_after(error, wait)
                if pause is None or deadline.is_over or pause > deadline.remaining(pause):
                    raise
            time.sleep(pause)
            wait = min(2 * wait, LONGEST_WAIT)

    @contextmanager
    def open_response(self, request: Request) -> Iterator[Answer]:
        """Send a request once; give the answer while it is open, or raise `Problem`."""
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.netloc, timeout=SILENCE)
        headers = {"Accept": "*/*", **request.headers, "Authorization": f"Bearer {self.key}"}
        path = f"{parts.path.rstrip('/')}/api/v1/{request.path}"
        try:
            connection.connect()
            opened = connection.sock
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
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
    """Give the seconds to wait before the same is sent again; `None` where it would not help."""
    if isinstance(error, Unreachable):
        return wait
    if isinstance(error, AGAIN) and error.retry_after is not None:
        return max(error.retry_after, wait)
    return wait if isinstance(error, Unavailable) else None
