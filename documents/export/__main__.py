"""Finds the structure of one document, in a process of its own, see `jobs.ai.sandbox`."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from documents import media_types
from documents.errors import blamed
from documents.export import word
from documents.extraction import web
from documents.extraction.plain import decoded
from jobs.ai.sandbox import runtime

FINDERS: dict[str, Callable[[IO[bytes]], str]] = {
    media_types.DOCX: word.markdown,
    media_types.HTML: lambda stream: web.structured(decoded(stream)[0]),
}


def structures(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Answer an order, which is the type of the file, with its Markdown."""
    for media_type in orders:
        yield FINDERS[media_type](files[0])


if __name__ == "__main__":
    runtime.serve(structures, blamed)
