"""Extracts the structure of one document in a sandboxed process; see `jobs.ai.sandbox`."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from documents import media_types
from documents.errors import from_exception
from documents.export import word
from documents.extraction import web
from documents.extraction.plain import decode
from jobs.ai.sandbox import runtime

FINDERS: dict[str, Callable[[IO[bytes]], str]] = {
    media_types.DOCX: word.markdown,
    media_types.HTML: lambda stream: web.to_markdown(decode(stream)[0]),
}


def structures(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Yield the Markdown of the file for each media type received."""
    for media_type in orders:
        yield FINDERS[media_type](files[0])


if __name__ == "__main__":
    runtime.serve(structures, from_exception)
