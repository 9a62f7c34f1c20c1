"""The REST API as a client sees it, with the standard library alone."""

import json
import mimetypes
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SILENCE = 60.0
"""Seconds without a byte after which the server counts as gone; streams say something every 15."""


class ApiFailed(Exception):
    """The API refused a request, or broke off an answer."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """A server and the key that opens it."""

    url: str
    """Of the server, without a path."""
    key: str

    def get(self, path: str) -> Any:
        """Read a resource below /api/v1/."""
        return json.loads(self.download(path))

    def download(self, path: str) -> bytes:
        """Read a file below /api/v1/."""
        with self._connected(f"GET {path}") as connection:
            return self._ask(connection, "GET", path).read()

    def submit(self, job_type: str, query: dict[str, Any]) -> Any:
        """Submit a job; give it as accepted."""
        body = json.dumps({"type": job_type, "input": query}).encode()
        return self._post("jobs", body, "application/json")

    def upload(self, files: Iterable[Path]) -> Any:
        """Upload files; give their documents, in order."""
        boundary = secrets.token_hex(16)
        parts = [*(_part(file, boundary) for file in files), f"--{boundary}--\r\n".encode()]
        return self._post("documents", b"".join(parts), f"multipart/form-data; boundary={boundary}")

    def follow(self, job_id: str) -> Iterator[tuple[str, Any]]:
        """Give the events of a job until its end: names and data."""
        path = f"jobs/{job_id}/stream"
        with self._connected(f"GET {path}") as connection:
            lines = self._ask(connection, "GET", path)
            for name, data in events(lines):
                yield name, data
                if name == "end":
                    return
        raise ApiFailed(f"The stream of job {job_id} broke off.")

    def _post(self, path: str, body: bytes, content_type: str) -> Any:
        with self._connected(f"POST {path}") as connection:
            headers = {"Content-Type": content_type}
            return json.loads(self._ask(connection, "POST", path, body, headers).read())

    @contextmanager
    def _connected(self, what: str) -> Iterator[HTTPConnection]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=SILENCE)
        try:
            yield connection
        except (OSError, HTTPException) as error:
            raise ApiFailed(f"{what}: the server does not answer ({error!r}).") from error
        finally:
            connection.close()

    def _ask(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> HTTPResponse:
        allowed = {**(headers or {}), "Authorization": f"Bearer {self.key}"}
        connection.request(method, f"/api/v1/{path}", body, allowed)
        response = connection.getresponse()
        if response.status >= 300:
            said = response.read(2000).decode(errors="replace")
            raise ApiFailed(f"{method} {path}: {response.status} {said}")
        return response


def events(lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    """Read server-sent events (WHATWG HTML, 9.2.6) whose data is JSON."""
    name = "message"
    data: list[str] = []
    for raw in lines:
        line = raw.decode().rstrip("\r\n")
        field, _, value = line.partition(":")
        if not line and data:
            yield name, json.loads("\n".join(data))
        if not line:
            name, data = "message", []
        elif field == "event":
            name = value.removeprefix(" ")
        elif field == "data":
            data.append(value.removeprefix(" "))


def _part(file: Path, boundary: str) -> bytes:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="files"; filename="{file.name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + file.read_bytes() + b"\r\n"
