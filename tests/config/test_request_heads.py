"""Heads of requests are bounded, so that no client blocks the server."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from config import request_heads
from config.request_heads import HeadLimitsProtocol
from jobs.api import problems

BEGUN = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
TRAILER = CHUNKED + b"1\r\nx\r\n0\r\nT: "
MUCH = 40 << 20


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, then answer 204."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """Serve on a port of its own; give its address."""
    config = uvicorn.Config(application, http=HeadLimitsProtocol, lifespan="off", log_config=None)
    running = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()
    running.should_exit = True
    thread.join(30)


def tell(server: tuple[str, int], *pieces: bytes) -> tuple[int, bytes]:
    """Send until the server hangs up or answers; give how many bytes it took, and its answer."""
    sent, answer = 0, b""
    with socket.create_connection(server, timeout=30) as client:
        try:
            for piece in pieces:
                client.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # it closed the connection: an earlier response may still be there
        try:
            while got := client.recv(65536):
                answer += got
        except ConnectionResetError:
            pass
    return sent, answer


def test_uvicorn_is_the_version_that_the_limits_were_written_for() -> None:
    minor = uvicorn.__version__.rpartition(".")[0]
    assert minor == "0.54", (
        "config/request_heads.py extends uvicorn's HttpToolsProtocol, which is not public. Read "
        "the diff of uvicorn/protocols/http/httptools_impl.py. If `cycle`, `loop`, `transport`, "
        "`send_400_response` and the callbacks of the parser mean the same, change the version "
        "here and in pyproject.toml."
    )


@pytest.mark.parametrize("begun", [BEGUN + b"X: ", BEGUN[:5], TRAILER])
def test_an_endless_head_is_cut_off(server: tuple[str, int], begun: bytes) -> None:
    pieces = [b"x" * (1 << 20)] * (MUCH >> 20)
    sent, _ = tell(server, begun, *pieces)
    assert sent < MUCH


def test_a_head_that_is_too_large_gets_431(server: tuple[str, int]) -> None:
    _, answer = tell(server, BEGUN + b"X: " + b"x" * request_heads.MAX_HEAD_BYTES)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert json.loads(body)["code"] == "too_large"


@pytest.mark.parametrize(
    "sent", [b"GARBAGE\r\n\r\n", CHUNKED + b"ZZ\r\n", CHUNKED + b"1\r\nx\r\nZZ\r\n"]
)
def test_a_request_that_is_no_http_gets_a_problem(server: tuple[str, int], sent: bytes) -> None:
    _, answer = tell(server, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    response = json.loads(body)
    assert response == problems.problem(400, "bad_request", response["detail"])


def test_a_connection_accepts_many_large_heads(server: tuple[str, int]) -> None:
    one = BEGUN + b"X: " + b"x" * (request_heads.MAX_HEAD_BYTES // 2) + b"\r\n\r\n"
    last = one.replace(b"Host", b"Connection: close\r\nHost")
    _, answer = tell(server, one, one, one, last)
    assert answer.count(b"HTTP/1.1 204 ") == 4


@pytest.mark.parametrize(("sent", "expected"), [(BEGUN, b"HTTP/1.1 408 "), (b"", b"")])
def test_an_unfinished_head_ends_by_the_timeout(
    server: tuple[str, int], sent: bytes, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_heads, "HEAD_TIMEOUT_SECONDS", 0.3)
    _, answer = tell(server, sent)
    assert answer[: len(expected)] == expected
    assert bool(answer) == bool(expected)


@pytest.mark.parametrize("begun", [b"\r\n", BEGUN])
def test_an_unfinished_later_head_ends_by_the_timeout(
    server: tuple[str, int], begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_connection(server, timeout=30) as client:
        client.sendall(BEGUN + b"\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 204 ")
        monkeypatch.setattr(request_heads, "HEAD_TIMEOUT_SECONDS", 0.3)
        client.sendall(begun)
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")
        while client.recv(100):
            pass


def test_a_slow_body_has_no_timeout_of_the_head(
    server: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_heads, "HEAD_TIMEOUT_SECONDS", 0.3)
    with socket.create_connection(server, timeout=0.9) as client:
        client.sendall(POST + b"Content-Length: 2\r\n\r\n")
        with pytest.raises(TimeoutError):  # no answer, and no end, for longer than a head may take
            client.recv(1)
        client.settimeout(30)
        client.sendall(b"{}")
        assert client.recv(100).startswith(b"HTTP/1.1 204 ")
