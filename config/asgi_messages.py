"""ASGI messages of a response, and of a disconnect (ASGI 3.0)."""

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable

Headers = list[tuple[bytes, bytes]]


async def send_head(send: ASGISendCallable, status: int, headers: Headers) -> None:
    """Send the status and the headers of a response."""
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )


async def send_part(send: ASGISendCallable, body: bytes, *, more: bool) -> None:
    """Send a part of the body; `more=False` ends the response."""
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def wait_for_disconnect(receive: ASGIReceiveCallable) -> ASGIReceiveEvent:
    """Wait until the client disconnects, discarding its messages; return the disconnect message."""
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message
