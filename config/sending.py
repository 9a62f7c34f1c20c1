"""The messages of an answer, and of the end of a connection (ASGI 3.0)."""

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable

Headers = list[tuple[bytes, bytes]]


async def send_head(send: ASGISendCallable, status: int, headers: Headers) -> None:
    """Begin an answer."""
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )


async def send_part(send: ASGISendCallable, body: bytes, *, more: bool) -> None:
    """Go on with an answer, or end it."""
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def wait_for_disconnect(receive: ASGIReceiveCallable) -> ASGIReceiveEvent:
    """Wait until the client is gone, and let go of what else it sends; give the message."""
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message
