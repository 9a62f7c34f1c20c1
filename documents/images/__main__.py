"""Changes one image in a process of its own, see `jobs.ai.sandbox`. Each answer is a picture."""

from collections.abc import Iterator
from typing import IO, Any

from documents.errors import blamed
from documents.images.transformation import Order, make
from jobs.ai.sandbox import runtime


def pictures(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Answer each order with the size of the picture that is in the second file then."""
    source, target = files
    for order in orders:
        yield make(source, target, Order(**order))


if __name__ == "__main__":
    runtime.serve(pictures, blamed)
