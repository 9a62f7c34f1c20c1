"""Error responses that the server sends without calling the application: problems (RFC 9457)."""

import json
from http import HTTPStatus

from asgiref.typing import ASGISendCallable

from config.asgi_messages import Headers, send_body, send_start


class ErrorResponse(Exception):
    """A request is rejected. The response has the same shape as the application's own problems."""

    def __init__(self, status: int, code: str, detail: str, **headers: str) -> None:
        """Take a stable `code`, a human-readable `detail`, and headers with `_` instead of `-`."""
        super().__init__(detail)
        self.status = status
        problem = {
            "type": f"urn:conveyor:problem:{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": detail,
        }
        self.body = json.dumps(problem).encode()
        self.headers: Headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(self.body)).encode()),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ]

    async def send_response(self, send: ASGISendCallable) -> None:
        await send_start(send, self.status, self.headers)
        await send_body(send, self.body, more=False)
