"""A request reaches Django in the form of PEP 3333."""

from io import BytesIO
from typing import Any

from config.wsgi_environ import build_environ
from tests.config.asgi_client import scope


def environ(about: Any, body: bytes = b"") -> dict[str, Any]:
    read = BytesIO()
    read.write(body)
    return build_environ(about, read)


def test_headers_get_their_wsgi_names() -> None:
    found = environ(scope(headers=[(b"x-request-id", b"7"), (b"content-type", b"text/plain")]))
    assert found["HTTP_X_REQUEST_ID"] == "7"
    assert found["CONTENT_TYPE"] == "text/plain"


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    found = environ(scope(headers=[(b"x_forwarded_proto", b"https")]))
    assert "HTTP_X_FORWARDED_PROTO" not in found


def test_repeated_headers_are_joined() -> None:
    repeated = [(b"accept", b"a"), (b"accept", b"b"), (b"cookie", b"a=1"), (b"cookie", b"b=2")]
    found = environ(scope(headers=repeated))
    assert found["HTTP_ACCEPT"] == "a,b"
    assert found["HTTP_COOKIE"] == "a=1; b=2"


def test_a_chunked_body_gets_the_length_that_was_read() -> None:
    found = environ(scope(headers=[(b"transfer-encoding", b"chunked")]), b"12345")
    assert found["CONTENT_LENGTH"] == "5"
    assert "HTTP_TRANSFER_ENCODING" not in found
    assert found["wsgi.input"].read() == b"12345"


def test_a_path_keeps_its_bytes() -> None:
    found = environ(scope(path="/mount/grüße", root_path="/mount"))
    assert found["SCRIPT_NAME"] == "/mount"
    assert found["PATH_INFO"].encode("latin1") == "/grüße".encode()


def test_a_client_on_a_unix_socket_has_no_address() -> None:
    assert environ(scope(client=None, server=("/run/web.sock", None)))["REMOTE_ADDR"] == ""
