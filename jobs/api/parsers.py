"""JSON that can be stored: what PostgreSQL would choke on is refused at the door."""

import codecs
import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BYTES = 1024 * 1024
MAX_BATCH_BYTES = 16 * MAX_BYTES
EXACT = 2**53
"""Beyond it a floating point number may be another than was written."""


class BodyTooLarge(APIException):
    """The request's body is larger than any valid one."""

    status_code = 413
    default_code = "too_large"
    default_detail = "The request body is too large."


class StrictJSONParser(JSONParser):
    """UTF-8 JSON (RFC 8259) without NUL, lone surrogates, NaN, 1e999 or bottomless nesting."""

    max_bytes = MAX_BYTES

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Parse a body; raise `ParseError` (400) or `BodyTooLarge` (413)."""
        body = stream.read(self.max_bytes + 1)
        if len(body) > self.max_bytes:
            raise BodyTooLarge(f"The request body is larger than {self.max_bytes} bytes.")
        try:
            return storable(_decoded(codecs.decode(body, "utf-8")))
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The request body is not valid JSON: {error}") from None


class BatchJSONParser(StrictJSONParser):
    """The same for many jobs at once."""

    max_bytes = MAX_BATCH_BYTES


def part(text: str) -> Any:
    """Parse the JSON in a part of a form; raise `ValueError` or `ParseError` (400)."""
    try:
        return storable(_decoded(text))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def storable(data: Any) -> Any:
    """Give decoded data back if it can be stored; raise `ParseError` (400) if not."""
    for text in _texts(data):
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise ParseError("A text contains a NUL character or a lone surrogate. Remove it.")
    return data


def _decoded(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse, parse_float=_number)


def _texts(data: Any) -> Iterator[str]:
    """Give every text of a decoded document, names of members included."""
    rest = [data]
    while rest:
        value = rest.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            rest.extend(value.keys())
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)


def _number(text: str) -> float:
    """Read 7.0 as 7: JSON knows one kind of number, and a schema takes both for an integer."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is too large for a number")
    return int(number) if abs(number) < EXACT and number.is_integer() else number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
