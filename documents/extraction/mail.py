"""EML: header fields, the text of the message, and the names of attachments."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_binary_file, policy
from email.message import EmailMessage, Message, MIMEPart
from email.policy import Policy
from itertools import count
from typing import IO, Any

from documents.errors import TooManyParts, UnreadableDocument
from documents.extraction import plain, web
from documents.extraction.pages import DocumentPages, ExtractionLimits, single_page

FIELDS = ("From", "To", "Cc", "Date", "Subject")
MAX_DEPTH = 3
"""Levels of nested messages that are read; deeper ones are only named."""
MAX_PARTS = 10_000
"""Of a message, including nested ones. Each part takes a kilobyte of memory, whatever its size."""
NESTED_MESSAGE = "message/rfc822"


@contextmanager
def open_pages(stream: IO[bytes], limits: ExtractionLimits) -> Iterator[DocumentPages]:
    """Open a message as one page. Raises `TooManyParts` or `UnreadableDocument`."""
    counted = policy.default.clone(message_factory=_counting_factory())
    message = message_from_binary_file(stream, policy=counted)
    if not any(message.keys()):
        raise UnreadableDocument("The file has no message header.")
    yield single_page("\n".join(_lines(message, 1)).strip())


def _counting_factory() -> Callable[..., EmailMessage]:
    """Return a factory of message parts that raises `TooManyParts` during parsing."""
    numbers = count(1)

    def part(policy: "Policy[Any]") -> EmailMessage:
        if next(numbers) > MAX_PARTS:
            raise TooManyParts(f"The message has more than {MAX_PARTS:,} parts. Split it.")
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
    for part in _attachments(message, body):
        yield ""
        yield f"Attached: {_describe(part)}"
        inner = part.get_payload(0) if part.get_content_type() == NESTED_MESSAGE else None
        if isinstance(inner, EmailMessage) and depth < MAX_DEPTH:
            yield from _lines(inner, depth + 1)


def _field(message: "Message[Any, Any]", name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except Exception:  # the field parser fails on malformed fields: use the raw value
        value = str(dict(message.raw_items()).get(name, ""))
    return " ".join(value.split())


def _attachments(message: EmailMessage, body: object) -> "Iterator[MIMEPart[Any, Any]]":
    """Yield the parts that are neither the text nor an alternative form of it, outermost first."""
    waiting: list[MIMEPart[Any, Any]] = [message]
    while waiting:
        part = waiting.pop(0)
        if part.is_multipart() and part.get_content_type() != NESTED_MESSAGE:
            waiting.extend(part.iter_parts())
        elif part is not body and (part.is_attachment() or not _is_text(part)):
            yield part


def _is_text(part: "MIMEPart[Any, Any]") -> bool:
    return part.get_content_type() in ("text/plain", "text/html")


def _describe(part: "MIMEPart[Any, Any]") -> str:
    try:
        name = part.get_filename() or "unnamed"
    except Exception:  # broken encoding of the name
        name = "unnamed"
    return f"{' '.join(name.split())} ({part.get_content_type()})"


def _text(part: "Message[Any, Any]") -> str:
    content = part.get_payload(decode=True)
    text = _decode(content if isinstance(content, bytes) else b"", part.get_content_charset())
    return web.readable(text) if part.get_content_type() == "text/html" else text.strip()


def _decode(content: bytes, charset: str | None) -> str:
    """Decode with the declared charset; if missing or invalid, with the detected one."""
    try:
        text = content.decode(charset or "ascii")
    except (LookupError, UnicodeError):
        text = content.decode(plain.encoding_of(content), errors="replace")
    return text.replace("\r\n", "\n")
