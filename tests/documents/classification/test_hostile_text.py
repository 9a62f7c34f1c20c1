"""Text made to slow down regular expressions is classified in bounded time."""

import time

import pytest

from documents import media_types
from documents.classification import classify
from tests.documents.test_media_types import detected

SECONDS = 3.0

HOSTILE = {
    "blank lines": "\n" * 20_000,
    "spaces": "invoice" + " " * 20_000 + "x",
    "digits": "1" * 20_000,
    "groups of digits": "123," * 5_000,
    "numbering": "1." * 10_000,
    "letters": "A" * 20_000,
    "dates": "1/1/" * 5_000,
    "years": "2001 - " * 3_000,
    "underscores": "_" * 20_000,
    "titles": "the minutes of " * 1_500,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_classified_in_bounded_time(kind: str) -> None:
    started = time.perf_counter()
    classify(HOSTILE[kind])
    assert time.perf_counter() - started < SECONDS


def test_a_row_of_comments_is_recognized_in_bounded_time() -> None:
    started = time.perf_counter()
    assert detected(b"<!---->" * 9_000 + b"text", "a.txt") == media_types.TEXT
    assert detected(b"<!---->" * 9_000 + b"text", "a") == media_types.TEXT
    assert detected(b"<!-- a -->\n <!-- b --><html>", "a") == media_types.HTML
    assert time.perf_counter() - started < SECONDS
