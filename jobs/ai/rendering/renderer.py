"""Rendering of files, charts and images in a sandbox process, see `jobs.ai.sandbox`.

Untrusted text and images may need more memory or time than any machine has. Typst, the chart engine
and image decoders cannot be interrupted.
"""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import IO, Any, Literal

from django.conf import settings

from jobs.ai.rendering import html, messages
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.sandbox import process
from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut
from jobs.ai.sandbox.process import SandboxProcess

Format = Literal["pdf", "docx", "html"]
MAX_CPU_SECONDS = 120
"""Per image or file. An ordinary chart takes 2 s, a table of 20,000 cells 30 s."""
CHART_RESERVED_BYTES = 500_000_000
"""V8, the chart engine, reserves these at its start and does not use them."""


@dataclass(frozen=True, kw_only=True)
class RenderedFile:
    """A rendered file."""

    content: bytes
    pages: int | None
    """Number of pages of a PDF."""
    without_font: tuple[str, ...]
    """Scripts without a font, shown as boxes: "Tamil"."""


def render_file(document: MarkdownDocument, format: Format) -> RenderedFile:
    """Render a document. Equal documents give equal bytes. Raises `RenderingFailed`."""
    with _source(document) as source, tempfile.TemporaryFile() as target:
        response = _request({"make": format}, source, target)
        if target.seek(0, 2) > settings.DOCUMENT_MAX_BYTES:
            raise RenderingFailed(
                f"The {format.upper()} file would exceed the size limit of documents."
            )
        target.seek(0)
        content = target.read()
    if format == "html":
        content = html.page(document, content.decode()).encode()
    return RenderedFile(
        content=content, pages=response["pages"], without_font=tuple(response["without_font"])
    )


def list_images(document: MarkdownDocument) -> list[tuple[str, str]]:
    """Return the kind (`chart` or `image`) and address of each image in the text."""
    with _source(document) as source:
        return [(kind, address) for kind, address in _request({"make": "list"}, source)]


@contextmanager
def _source(document: MarkdownDocument) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as source:
        source.write(messages.dump_document(document))
        source.seek(0)
        yield source


def prepare_image(stream: IO[bytes], pixels: int) -> RenderedImage:
    """Resize an image of at most `pixels` for a page. Raises `RenderingFailed`."""
    return messages.load_image(_request({"make": "image", "pixels": pixels}, stream))


def start_renderer(reserved: int, *files: IO[bytes]) -> AbstractContextManager[SandboxProcess]:
    """Start `jobs.ai.rendering.__main__` with `reserved` bytes on top of its memory limit."""
    memory = settings.DOCUMENT_READER_MEMORY + reserved
    return process.start_process(
        "jobs.ai.rendering", *files, memory_bytes=memory, cpu_seconds=MAX_CPU_SECONDS
    )


@contextmanager
def map_errors() -> Iterator[None]:
    """Turn errors of the process into `RenderingFailed`; a `TransientError` passes unchanged."""
    try:
        yield
    except SandboxTimedOut as error:
        raise RenderingFailed(
            f"It takes longer than {MAX_CPU_SECONDS} seconds of CPU time, or longer than "
            f"{process.RESPONSE_TIMEOUT_SECONDS} seconds in total."
        ) from error
    except SandboxCrashed as error:
        raise RenderingFailed(
            "It needs more memory than the limit allows, or crashes the library."
        ) from error
    except SandboxError as error:
        raise RenderingFailed(error.message) from error


def _request(request: dict[str, Any], *files: IO[bytes]) -> Any:
    with map_errors(), start_renderer(0, *files) as sandbox:
        return sandbox.request(request)
