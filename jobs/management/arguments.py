"""An input from the command line: `key=value` words, read as the type's JSON Schema says."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jobs.errors import Fault, InvalidSubmission

TEXT_FIRST = ("string", "array", "object", "boolean", "integer", "number", "null")
"""A value that may be several things is the first of these that it can be read as."""
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_input(
    words: Iterable[str], schema: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Add `key=value` words to a `given` input; a key that is repeated makes a list.

    Values of objects are JSON. Raises `InvalidSubmission` with a pointer for each word that cannot
    be read; whether the input is valid, the submission checks.
    """
    result, faults = dict(given), []
    for key, values in _grouped(words).items():
        try:
            result[key] = _read(
                values, _resolved(schema["properties"].get(key, {}), schema), schema
            )
        except ValueError as error:
            faults.append(Fault(pointer=f"/input/{key}", code="unreadable", detail=str(error)))
    if faults:
        raise InvalidSubmission("The input cannot be read.", faults)
    return result


def _grouped(words: Iterable[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            fault = Fault(pointer="/input", code="unreadable", detail=f"{word!r} is no key=value.")
            raise InvalidSubmission("The input cannot be read.", [fault])
        grouped.setdefault(key, []).append(value)
    return grouped


def _read(values: list[str], schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    kinds = _kinds(schema, root)
    if "array" in kinds and not (len(values) == 1 and values[0].startswith("[")):
        items = _resolved(kinds["array"].get("items", {}), root)
        return [_value(value, _kinds(items, root)) for value in values]
    if len(values) > 1:
        raise ValueError("It is given more than once, and is no list.")
    return _value(values[0], kinds)


def _value(text: str, kinds: Mapping[str, Mapping[str, Any]]) -> Any:
    for kind in (kind for kind in TEXT_FIRST if kind in kinds):
        try:
            return READERS[kind](text)
        except ValueError:
            continue
    if kinds:
        raise ValueError(f"{text!r} is not of type {' or '.join(kinds)}.")
    return text  # an unknown key: the submission says so


def _kinds(schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the types that a value may have, with the schema of each."""
    if "type" in schema:
        return {schema["type"]: schema}
    if "enum" in schema or "const" in schema:
        return {"string": schema}
    choices = (_resolved(one, root) for one in schema.get("anyOf", schema.get("oneOf", ())))
    return {kind: one for choice in choices for kind, one in _kinds(choice, root).items()}


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference into the definitions of the whole schema (`#/$defs/Name`)."""
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: Mapping[str, Any] = root["$defs"][reference.removeprefix("#/$defs/")]
    return found


def _boolean(text: str) -> bool:
    if (word := text.lower()) in BOOLEANS:
        return BOOLEANS[word]
    raise ValueError(text)


def _none(text: str) -> None:
    if text not in ("", "null"):
        raise ValueError(text)


READERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": _boolean,
    "null": _none,
    "array": json.loads,
    "object": json.loads,
}
