"""Parsers of JSON bodies that reject what PostgreSQL cannot store."""

import codecs
import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BYTES = 1024 * 1024
MAX_BATCH_BYTES = 16 * MAX_BYTES
MAX_EXACT_INTEGER = 2**53
"""Beyond this, a floating point number may differ from its text."""


class BodyTooLarge(APIException):
    """The request body is larger than the limit."""

    status_code = 413
    default_code = "too_large"
    default_detail = "The request body is too large."


class StrictJSONParser(JSONParser):
    """Parses UTF-8 JSON (RFC 8259) without NUL, lone surrogates, NaN, 1e999 or too deep nesting."""

    max_bytes = MAX_BYTES

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Parse a body; raises `ParseError` (400) or `BodyTooLarge` (413)."""
        body = stream.read(self.max_bytes + 1)
        if len(body) > self.max_bytes:
            raise BodyTooLarge(f"The request body is larger than {self.max_bytes} bytes.")
        try:
            return check_storable(_decode(codecs.decode(body, "utf-8")))
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The request body is not valid JSON: {error}") from None


class BatchJSONParser(StrictJSONParser):
    """Parses a batch of jobs, with a larger limit."""

    max_bytes = MAX_BATCH_BYTES


def parse_text(text: str) -> Any:
    """Parse JSON in a form field; raises `ValueError` or `ParseError` (400)."""
    try:
        return check_storable(_decode(text))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def check_storable(data: Any) -> Any:
    """Return decoded data unchanged if it can be stored; raises `ParseError` (400) otherwise."""
    for text in _iterate_texts(data):
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise ParseError("A text contains a NUL character or a lone surrogate. Remove it.")
    return data


def _decode(text: str) -> Any:
    return json.loads(text, parse_constant=_reject_constant, parse_float=_parse_float)


def _iterate_texts(data: Any) -> Iterator[str]:
    """Yield every text of a decoded document, including member names."""
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            stack.extend(value.keys())
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def _parse_float(text: str) -> float:
    """Return 7 for 7.0: JSON has one kind of number, and a JSON Schema accepts both as integer."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is too large for a number")
    return int(number) if abs(number) < MAX_EXACT_INTEGER and number.is_integer() else number


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
