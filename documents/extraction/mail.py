"""EML: who wrote what to whom, the text of the message, and the names of what is attached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_binary_file, policy
from email.message import EmailMessage, Message, MIMEPart
from email.policy import Policy
from itertools import count
from typing import IO, Any

from documents.errors import TooManyParts, Unreadable
from documents.extraction import plain, web
from documents.extraction.pages import Limits, Pages, one_page

FIELDS = ("From", "To", "Cc", "Date", "Subject")
MAX_DEPTH = 3
"""Messages within messages that are read; those further in are only named."""
MAX_PARTS = 10_000
"""Parts of a message, and of those within it. Each takes a kilobyte, whatever is in it."""
WITHIN = "message/rfc822"


@contextmanager
def opened(stream: IO[bytes], limits: Limits) -> Iterator[Pages]:
    """Open a message as one page. Raises `TooManyParts` or `Unreadable`."""
    counted = policy.default.clone(message_factory=_counting())
    message = message_from_binary_file(stream, policy=counted)
    if not any(message.keys()):
        raise Unreadable("The file has no head of a message.")
    yield one_page("\n".join(_lines(message, 1)).strip())


def _counting() -> Callable[..., EmailMessage]:
    """Give what makes the parts of one message as they are parsed, so that it ends at too many."""
    numbers = count(1)

    def part(policy: "Policy[Any]") -> EmailMessage:
        if next(numbers) > MAX_PARTS:
            raise TooManyParts(f"The message has more than {MAX_PARTS:,} parts. Save it in pieces.")
        return EmailMessage(policy)

    return part


def _lines(message: EmailMessage, depth: int) -> Iterator[str]:
    for name in FIELDS:
        if value := _field(message, name):
            yield f"{name}: {value}"
    yield ""
    body = message.get_body(("plain", "html"))
    if body is not None:
        yield _text(body)
    for part in _attached(message, body):
        yield ""
        yield f"Attached: {_named(part)}"
        inner = part.get_payload(0) if part.get_content_type() == WITHIN else None
        if isinstance(inner, EmailMessage) and depth < MAX_DEPTH:
            yield from _lines(inner, depth + 1)


def _field(message: "Message[Any, Any]", name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except Exception:  # the parser of fields stumbles over hostile ones: as it was sent, then
        value = str(dict(message.raw_items()).get(name, ""))
    return " ".join(value.split())


def _attached(message: EmailMessage, body: object) -> "Iterator[MIMEPart[Any, Any]]":
    """Give the parts that are neither the text nor another form of it, outermost first."""
    waiting: list[MIMEPart[Any, Any]] = [message]
    while waiting:
        part = waiting.pop(0)
        if part.is_multipart() and part.get_content_type() != WITHIN:
            waiting.extend(part.iter_parts())
        elif part is not body and (part.is_attachment() or not _is_text(part)):
            yield part


def _is_text(part: "MIMEPart[Any, Any]") -> bool:
    return part.get_content_type() in ("text/plain", "text/html")


def _named(part: "MIMEPart[Any, Any]") -> str:
    try:
        name = part.get_filename() or "unnamed"
    except Exception:  # a name whose encoding is broken
        name = "unnamed"
    return f"{' '.join(name.split())} ({part.get_content_type()})"


def _text(part: "Message[Any, Any]") -> str:
    content = part.get_payload(decode=True)
    text = _decoded(content if isinstance(content, bytes) else b"", part.get_content_charset())
    return web.readable(text) if part.get_content_type() == "text/html" else text.strip()


def _decoded(content: bytes, charset: str | None) -> str:
    """Decode as the message says; where it says nothing or nonsense, as the bytes suggest."""
    try:
        text = content.decode(charset or "ascii")
    except (LookupError, UnicodeError):
        text = content.decode(plain.encoding_of(content), errors="replace")
    return text.replace("\r\n", "\n")
