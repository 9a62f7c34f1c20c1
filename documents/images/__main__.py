"""Transforms one image in a sandboxed process (see `jobs.ai.sandbox`), one reply per result."""

from collections.abc import Iterator
from typing import IO, Any

from documents.errors import from_exception
from documents.images.transformation import Transformation, transform
from jobs.ai.sandbox import runtime


def pictures(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Write each requested image to the second file, and reply with its size."""
    source, target = files
    for order in orders:
        yield transform(source, target, Transformation(**order))


if __name__ == "__main__":
    runtime.serve(pictures, from_exception)
