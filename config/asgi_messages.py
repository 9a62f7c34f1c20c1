"""ASGI 3.0 messages: the start and the body of a response, and the disconnect of a client."""

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable

Headers = list[tuple[bytes, bytes]]


async def send_start(send: ASGISendCallable, status: int, headers: Headers) -> None:
    """Send the status and the headers of a response."""
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )


async def send_body(send: ASGISendCallable, body: bytes, *, more: bool) -> None:
    """Send a part of a response body. With `more=False` the response is complete."""
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def wait_for_disconnect(receive: ASGIReceiveCallable) -> ASGIReceiveEvent:
    """Discard messages until the client disconnects; return the disconnect message."""
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message
