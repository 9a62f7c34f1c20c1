"""Job inputs on the command line: `key=value` words, parsed by the type's JSON Schema."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jobs.errors import Fault, InvalidSubmission

TYPE_ORDER = ("string", "array", "object", "boolean", "integer", "number", "null")
"""A value with several allowed types gets the first of these that it can be parsed as."""
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_input(
    words: Iterable[str], schema: Mapping[str, Any], base: Mapping[str, Any]
) -> dict[str, Any]:
    """Add `key=value` words to a `base` input; a repeated key makes a list.

    Objects are written as JSON. Raises `InvalidSubmission` with a pointer for each word that cannot
    be parsed; the submission validates the result.
    """
    result, faults = dict(base), []
    for key, values in _group(words).items():
        try:
            result[key] = _parse_values(
                values, _resolve(schema["properties"].get(key, {}), schema), schema
            )
        except ValueError as error:
            faults.append(Fault(pointer=f"/input/{key}", code="unreadable", detail=str(error)))
    if faults:
        raise InvalidSubmission("The input cannot be read.", faults)
    return result


def _group(words: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            fault = Fault(pointer="/input", code="unreadable", detail=f"{word!r} is not key=value.")
            raise InvalidSubmission("The input cannot be read.", [fault])
        groups.setdefault(key, []).append(value)
    return groups


def _parse_values(values: list[str], schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    types = _allowed_types(schema, root)
    if "array" in types and not (len(values) == 1 and values[0].startswith("[")):
        items = _resolve(types["array"].get("items", {}), root)
        return [_parse_value(value, _allowed_types(items, root)) for value in values]
    if len(values) > 1:
        raise ValueError("The key is repeated, but its value is not a list.")
    return _parse_value(values[0], types)


def _parse_value(text: str, types: Mapping[str, Mapping[str, Any]]) -> Any:
    for name in (name for name in TYPE_ORDER if name in types):
        try:
            return PARSERS[name](text)
        except ValueError:
            continue
    if types:
        raise ValueError(f"{text!r} is not of type {' or '.join(types)}.")
    return text  # an unknown key, which the submission rejects


def _allowed_types(
    schema: Mapping[str, Any], root: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Return the types that a value may have, with the schema of each."""
    if "type" in schema:
        return {schema["type"]: schema}
    if "enum" in schema or "const" in schema:
        return {"string": schema}
    choices = (_resolve(one, root) for one in schema.get("anyOf", schema.get("oneOf", ())))
    return {name: one for choice in choices for name, one in _allowed_types(choice, root).items()}


def _resolve(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference into the definitions of the whole schema (`#/$defs/Name`)."""
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    definition: Mapping[str, Any] = root["$defs"][reference.removeprefix("#/$defs/")]
    return definition


def _parse_boolean(text: str) -> bool:
    if (word := text.lower()) in BOOLEANS:
        return BOOLEANS[word]
    raise ValueError(text)


def _parse_null(text: str) -> None:
    if text not in ("", "null"):
        raise ValueError(text)


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": _parse_boolean,
    "null": _parse_null,
    "array": json.loads,
    "object": json.loads,
}
