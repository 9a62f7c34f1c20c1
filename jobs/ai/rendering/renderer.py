"""Pictures and files of papers, made in a process of their own, see `jobs.ai.sandbox`.

What a model wrote or a stranger uploaded may ask for more than any machine has, and typst, the
engine that draws charts and the decoders of images cannot be interrupted.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import IO, Any, Literal

from django.conf import settings
from pydantic import TypeAdapter

from jobs.ai.rendering import html
from jobs.ai.rendering.document import Paper, Picture
from jobs.ai.rendering.errors import NotMade
from jobs.ai.sandbox import process
from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut
from jobs.ai.sandbox.process import SandboxProcess

Format = Literal["pdf", "docx", "html"]
SECONDS = 120
"""Of a core, for one picture or file. An ordinary chart takes 2, a table of 20,000 cells 30."""
RESERVED = 500_000_000
"""Bytes that the engine of charts, V8, asks for at its start and does not use."""
PAPER = TypeAdapter(Paper)
PICTURE = TypeAdapter(Picture)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A file of a paper."""

    content: bytes
    pages: int | None
    """Of a PDF."""
    without_font: tuple[str, ...]
    """Scripts whose letters are boxes in it: "Tamil"."""


def make(paper: Paper, format: Format) -> Made:
    """Put a paper into a file. The same paper gives the same bytes. Raises `NotMade`."""
    with _source(paper) as source, tempfile.TemporaryFile() as target:
        answer = _asked({"make": format}, source, target)
        if target.seek(0, 2) > settings.DOCUMENT_MAX_BYTES:
            raise NotMade(f"The {format.upper()} would be larger than a document may be.")
        target.seek(0)
        content = target.read()
    if format == "html":
        content = html.page(paper, content.decode()).encode()
    return Made(content=content, pages=answer["pages"], without_font=tuple(answer["without_font"]))


def called(paper: Paper) -> list[tuple[str, str]]:
    """Give the charts and images that a text calls: `chart` or `image`, and its address."""
    with _source(paper) as source:
        return [(kind, address) for kind, address in _asked({"make": "list"}, source)]


@contextmanager
def _source(paper: Paper) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as source:
        source.write(PAPER.dump_json(paper))
        source.seek(0)
        yield source


def image(stream: IO[bytes], pixels: int) -> Picture:
    """Have an image of at most so many pixels made ready for a page. Raises `NotMade`."""
    return picture_of(_asked({"make": "image", "pixels": pixels}, stream))


def picture_of(answer: Any) -> Picture:
    """Read a picture from what the process answers."""
    return PICTURE.validate_json(json.dumps(answer))


def started(reserved: int, *files: IO[bytes]) -> AbstractContextManager[SandboxProcess]:
    """Start `jobs.ai.rendering.__main__`, with so many bytes above what it may use."""
    memory = settings.DOCUMENT_READER_MEMORY + reserved
    return process.start_process(
        "jobs.ai.rendering", *files, memory_bytes=memory, cpu_seconds=SECONDS
    )


@contextmanager
def explained() -> Iterator[None]:
    """Say in a sentence why something is not made: raises `NotMade` for what a process ended with.

    That somebody killed it is a `TransientError`, and passes.
    """
    try:
        yield
    except SandboxTimedOut as late:
        raise NotMade(f"It takes longer than {SECONDS} seconds of a core.") from late
    except SandboxCrashed as crashed:
        raise NotMade("It needs more memory than it may have, or breaks the library.") from crashed
    except SandboxError as failed:
        raise NotMade(failed.message) from failed


def _asked(order: dict[str, Any], *files: IO[bytes]) -> Any:
    with explained(), started(0, *files) as child:
        return child.request(order)
