"""What PostgreSQL can store: values of handlers are checked, and texts for people are cleaned.

PostgreSQL refuses NUL characters and lone surrogates in texts, and NaN and infinity in JSON. A
refused write would end the process's connection to its job, so nothing of it reaches a statement.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jobs.errors import UnstorableOutput

MAX_STORED_BYTES = 32 * 1024 * 1024
"""Of an output, the result of a step, or the inputs of parts."""
MAX_DEPTH = 200
"""Levels of lists and objects. Readers in other languages bound it as well."""
MAX_INTEGER_DIGITS = 4300
"""Longer integers cannot be read back: Python refuses to parse them."""

NOT_JSON = "\x00not JSON: "
"""Prefix of a text that stands for an object of the class that follows."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")


def clean_text(text: str, max_characters: int | None = None) -> str:
    """Replace what cannot be stored with U+FFFD, and shorten the text to `max_characters`."""
    if max_characters is not None and len(text) > max_characters:
        text = text[: max_characters - 1] + "…"
    return _UNSTORABLE.sub("\ufffd", text)


def encode(value: Any, name: str) -> str:
    """Return a value as JSON; raise `UnstorableOutput` with the path of the fault below `name`."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise _refuse(find_fault(value, name) or f"{name} is not JSON: {error}") from None
    if size > MAX_STORED_BYTES:
        raise _refuse(f"{name} has {size:,} bytes of JSON; the maximum is {MAX_STORED_BYTES:,}")
    is_suspect = "\\u0000" in text or _is_too_deep(value)
    if is_suspect and (fault := find_fault(value, name)):
        raise _refuse(fault)
    return text


def find_fault(value: Any, name: str) -> str | None:
    """Return what is not storable JSON and where, for example `output.rows[3] is NaN`.

    Raises `UnstorableOutput` if the value is nested too deeply.
    """
    for path, current in iterate(value, name):
        if fault := _fault_of(current):
            return f"{path} {fault}"
    return None


def iterate(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield each value of a document with its path, which begins with `name`.

    Raises `UnstorableOutput` if it is nested too deeply, for example in a circle.
    """
    stack = [(name, value, 0)]
    while stack:
        path, current, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _refuse(f"{name} is nested more than {MAX_DEPTH} levels deep")
        yield path, current
        stack.extend((inner, item, depth + 1) for inner, item in _items(path, current))


def _is_too_deep(value: Any) -> bool:
    """Return whether a value without circles may be nested too deeply, without building paths."""
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        level = [item for container in level for item in _containers(container)]
        if not level:
            return False
    return True


def _containers(value: Any) -> Iterator[Any]:
    items = value.values() if isinstance(value, dict) else value
    return (item for item in items if isinstance(item, dict | list | tuple))


def _refuse(fault: str) -> UnstorableOutput:
    return UnstorableOutput(
        f"The result of the job cannot be stored: {clean_text(fault, 1000)}. "
        "The author of the job type can correct it."
    )


def _items(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            plain = _PLAIN_NAME.fullmatch(str(key))
            yield (f"{path}.{key}" if plain else f"{path}[{str(key)!r}]"), item
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield f"{path}[{number}]", item


def _fault_of(value: Any) -> str | None:
    if isinstance(value, float):
        return _fault_of_number(value)
    if isinstance(value, str):
        return _fault_of_text(value)
    if isinstance(value, int):
        # log10(2) digits a bit; converting it to text is what Python refuses
        is_long = value.bit_length() * math.log10(2) > MAX_INTEGER_DIGITS
        return f"is an integer of more than {MAX_INTEGER_DIGITS:,} digits" if is_long else None
    if isinstance(value, dict):
        faults = (_fault_of_name(key) for key in value)
        return next((fault for fault in faults if fault), None)
    if value is None or isinstance(value, list | tuple):
        return None
    return f"is an object of class {type(value).__name__}, which is not JSON"


def _fault_of_number(value: float) -> str | None:
    if math.isnan(value):
        return "is NaN"
    return "is infinite" if math.isinf(value) else None


def _fault_of_text(text: str) -> str | None:
    if text.startswith(NOT_JSON):
        return f"is an object of class {text.removeprefix(NOT_JSON)}, which is not JSON"
    found = _UNSTORABLE.search(text)
    if found is None:
        return None
    kind = "a NUL character" if found[0] == "\x00" else f"a lone surrogate (U+{ord(found[0]):04X})"
    return f"contains {kind}"


def _fault_of_name(key: Any) -> str | None:
    if isinstance(key, str):
        fault = _fault_of_text(key)
        return f"has a member whose name {fault}" if fault else None
    if key is None or isinstance(key, int | float):
        return None
    return f"has a member whose name is an object of class {type(key).__name__}"
