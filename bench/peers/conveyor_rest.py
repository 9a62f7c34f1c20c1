"""Conveyor, by its REST API: one connection that is kept open, and an API key."""

import http.client
import json
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bench.peers.protocol import TEXT, Contender, Session, serve


class ConveyorRest(Contender):
    """A job of the type `bench_echo`."""

    def __init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(os.environ["BENCH_URL"]).netloc)
        self._headers = {
            "Authorization": f"Bearer {os.environ['BENCH_API_KEY']}",
            "Content-Type": "application/json",
        }

    def submit(self, kind: str) -> str:
        body = {"type": f"bench_{kind}", "input": {"text": TEXT}}
        return str(self._request("POST", "/jobs", body)["id"])

    def wait(self, handle: str) -> None:
        while not self._is_completed(self._request("GET", f"/jobs/{handle}?wait=30")):
            pass  # it responds at each change

    def has_ended(self, handle: str) -> bool:
        return self._is_completed(self._request("GET", f"/jobs/{handle}"))

    def last_end(self, handles: Sequence[str]) -> float:
        ends = [self._request("GET", f"/jobs/{handle}")["finished_at"] for handle in handles]
        return max(datetime.fromisoformat(end).timestamp() for end in ends)

    def _is_completed(self, job: dict[str, Any]) -> bool:
        if job["finished_at"] and job["state"] != "completed":
            raise RuntimeError(f"A job is {job['state']}: {job['error']}")
        return bool(job["finished_at"])

    def _request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        try:
            response = self._send(method, path, content)
        except ConnectionError:  # closed, because it was idle
            self._connection.close()
            response = self._send(method, path, content)
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text!r}")
        return dict(json.loads(text))

    def _send(self, method: str, path: str, content: bytes | None) -> http.client.HTTPResponse:
        self._connection.request(method, f"/api/v1{path}", content, self._headers)
        return self._connection.getresponse()


if __name__ == "__main__":
    serve(Session(ConveyorRest()))
