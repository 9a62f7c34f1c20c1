"""Reads one document in a sandboxed process (see `jobs.ai.sandbox`), one reply per page."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from documents.errors import from_exception
from documents.extraction import ExtractionLimits, open_document
from jobs.ai.sandbox import runtime


def pages(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Reply to the first request with the number of pages, to each later one with that page."""
    [file] = files
    order = next(orders)
    with open_document(file, order["media_type"], ExtractionLimits(**order["limits"])) as document:
        yield document.count
        for number in orders:
            yield asdict(document.read(number))


if __name__ == "__main__":
    runtime.serve(pages, from_exception)
