"""The environment of a WSGI call (PEP 3333), made of an ASGI scope."""

import sys
from typing import IO, Any

from asgiref.typing import HTTPScope

UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def build(scope: HTTPScope, body: IO[bytes]) -> dict[str, Any]:
    """Make the environment of a request whose body was read to its end; rewinds the body."""
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
        "CONTENT_LENGTH": str(length),  # what was read counts: a chunked body announces no length
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(scope: HTTPScope) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin1").lower(), raw_value.decode("latin1")
        if "_" in name or name == "transfer-encoding":
            continue  # X_User would pass for a proxy's X-User; and the body is no longer chunked
        key = UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_")
        separator = "; " if name == "cookie" else ","
        found[key] = f"{found[key]}{separator}{value}" if key in found else value
    return found


def _bytes_as_text(path: str) -> str:
    """Give a path as PEP 3333 wants it: the bytes of its UTF-8, each as one character."""
    return path.encode().decode("latin1")
