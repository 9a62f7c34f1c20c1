"""A web site of the tests on loopback: pages to read, and the API of a search provider."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    path: str
    """With its query."""
    headers: dict[str, str]
    body: Any
    """JSON, read; `None` of a GET."""


@dataclass(kw_only=True)
class Site:
    """What it serves, and what it was asked."""

    url: str = ""
    pages: dict[str, Behaviour] = field(default_factory=dict)
    """By path without its query; what is not here is not found."""
    asked: list[Asked] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [one.path for one in self.asked]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        size = int(handler.headers.get("Content-Length", 0))
        body = json.loads(handler.rfile.read(size)) if size else None
        self.asked.append(Asked(path=handler.path, headers=dict(handler.headers), body=body))
        self.pages.get(urlsplit(handler.path).path, page("not here", 404))(handler)


def page(body: str | bytes, status: int = 200, **headers: str) -> Behaviour:
    """Answer with a page, of HTML unless its headers say otherwise."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": "text/html; charset=utf-8", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def data(body: Any, status: int = 200, **headers: str) -> Behaviour:
    """Answer with JSON."""
    return page(json.dumps(body), status, Content_Type="application/json", **headers)


def moved(to: str, status: int = 302) -> Behaviour:
    """Answer with a redirect."""
    return page("", status, Location=to)


@contextmanager
def serving() -> Iterator[Site]:
    """Run a site while the block runs."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def do_POST(self) -> None:
            site.answer(self)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
