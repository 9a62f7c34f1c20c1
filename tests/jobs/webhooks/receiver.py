"""A webhook receiver on loopback: it answers as scripted and keeps its requests."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook as Verifier

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, kw_only=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> dict[str, Any]:
        """Give the event; raise if its signature is not by this secret."""
        event: dict[str, Any] = Verifier(secret).verify(self.body, self.headers)
        return event


@dataclass(kw_only=True)
class Receiver:
    """What the receiver got, and what it answers."""

    url: str = ""
    requests: "queue.Queue[Got]" = field(default_factory=queue.Queue)
    script: list[int | Behaviour] = field(default_factory=list)
    """What the next requests are answered; 200 after its end."""

    def all(self) -> list[Got]:
        """Give what came since the last look."""
        found = []
        while not self.requests.empty():
            found.append(self.requests.get_nowait())
        return found

    def only(self) -> Got:
        """Give the one request that came since the last look."""
        [got] = self.all()
        return got


def status(code: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer with a status, a body and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver while the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.put(Got(path=self.path, headers=dict(self.headers), body=body))
            behaviour = receiver.script.pop(0) if receiver.script else 200
            (status(behaviour) if isinstance(behaviour, int) else behaviour)(self)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
