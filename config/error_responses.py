"""Error responses that the server sends without calling the application (RFC 9457)."""

import json
from http import HTTPStatus

from asgiref.typing import ASGISendCallable

from config.asgi_messages import Headers, send_head, send_part


class ErrorResponse(Exception):
    """Rejects a request. The response has the format of the API's own errors."""

    def __init__(self, status: int, code: str, detail: str, **headers: str) -> None:
        """Take a stable `code`, a `detail` for people, and headers with `_` for `-`."""
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

    async def answer(self, send: ASGISendCallable) -> None:
        """Send this response."""
        await send_head(send, self.status, self.headers)
        await send_part(send, self.body, more=False)
