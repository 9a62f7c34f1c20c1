"""Builds the environ of a WSGI call (PEP 3333) from an ASGI scope."""

import sys
from typing import IO, Any

from asgiref.typing import HTTPScope

UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def build_environ(scope: HTTPScope, body: IO[bytes]) -> dict[str, Any]:
    """Return the environ of a request. `body` is at its end; it is rewound."""
    length = body.tell()
    body.seek(0)
    host, port = scope.get("server") or ("localhost", None)
    root = scope.get("root_path", "")
    client = scope.get("client")
    return {
        **_headers(scope),
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": _bytes_as_text(root),
        "PATH_INFO": _bytes_as_text(scope["path"].removeprefix(root)),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "REMOTE_ADDR": client[0] if client else "",
        "CONTENT_LENGTH": str(length),  # a chunked body has no Content-Length header
        "asgi.extensions": scope.get("extensions") or {},
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(scope: HTTPScope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin1").lower(), raw_value.decode("latin1")
        if "_" in name or name == "transfer-encoding":
            continue  # X_User would pass for X-User of a proxy; and the body is no longer chunked
        key = UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_")
        separator = "; " if name == "cookie" else ","
        headers[key] = f"{headers[key]}{separator}{value}" if key in headers else value
    return headers


def _bytes_as_text(path: str) -> str:
    """Return a path in the form of PEP 3333: each byte of its UTF-8 as one character."""
    return path.encode().decode("latin1")
