"""Reads one document in a process of its own, see `jobs.ai.sandbox`. Each answer is a page."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from documents.errors import blamed
from documents.extraction import Limits, opened
from jobs.ai.sandbox import runtime


def pages(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Answer the first order with the number of pages, every other with the page of its number."""
    [file] = files
    order = next(orders)
    with opened(file, order["media_type"], Limits(**order["limits"])) as document:
        yield document.count
        for number in orders:
            yield asdict(document.read(number))


if __name__ == "__main__":
    runtime.serve(pages, blamed)
