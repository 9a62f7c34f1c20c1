"""Validation of job inputs, before the job exists."""

import json
import math
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from jobs.errors import Fault, InvalidSubmission
from jobs.registry import JobType

MAX_INPUT_BYTES = 256 * 1024


def validate(
    declared: JobType,
    input: Mapping[str, Any],
    organization_id: uuid.UUID,
    *,
    pointer: str = "/input",
) -> dict[str, Any]:
    """Validate an input against the schema of its type; return it converted, with defaults.

    If the input model has a method `check(organization_id)`, it returns further faults, for example
    references to objects that do not exist. Raises `InvalidSubmission` with pointers below
    `pointer`.
    """
    encoded = _encode(input, pointer)
    if len(encoded) > MAX_INPUT_BYTES:
        detail = f"The input has {len(encoded)} bytes; the maximum is {MAX_INPUT_BYTES}."
        fault = Fault(pointer=pointer, code="too_large", detail=detail)
        raise InvalidSubmission("The input is too large.", [fault])
    try:
        query = declared.input.model_validate_json(encoded)
    except ValidationError as error:
        raise InvalidSubmission(
            f"The input does not match the schema of {declared.name}.", faults_of(error, pointer)
        ) from None
    stored = query.model_dump(mode="json")
    if faults := [*_unstorable_values(stored, pointer)]:
        raise InvalidSubmission(f"The input does not match the schema of {declared.name}.", faults)
    check = getattr(query, "check", None)
    if check is not None and (faults := check(organization_id)):
        raise InvalidSubmission(
            "The input refers to something that does not exist or cannot be used.",
            [prefix_fault(pointer, fault) for fault in faults],
        )
    return stored


def _encode(input: Mapping[str, Any], pointer: str) -> str:
    try:
        return json.dumps(input)
    except (TypeError, ValueError, RecursionError) as error:
        fault = Fault(pointer=pointer, code="invalid", detail=f"The input is not JSON: {error}.")
        raise InvalidSubmission("The input is not JSON.", [fault]) from error


def _unstorable_values(value: Any, pointer: str) -> Iterator[Fault]:
    """Find NUL characters, infinity and NaN, which models accept and PostgreSQL does not."""
    texts = [value] if isinstance(value, str) else value if isinstance(value, dict) else ()
    if any("\x00" in text for text in texts):
        yield Fault(pointer=pointer, code="nul", detail="The value contains a NUL character.")
    if isinstance(value, float) and not math.isfinite(value):
        detail = "The number must be finite."
        yield Fault(pointer=pointer, code="finite_number", detail=detail)
    elif isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in inner:
            yield from _unstorable_values(item, pointer + pointer_token(name))


def pointer_token(part: object) -> str:
    """Return a part of a JSON pointer (RFC 6901), with its slash."""
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def faults_of(error: ValidationError, prefix: str = "") -> list[Fault]:
    """Convert the errors of pydantic to faults with JSON pointers (RFC 6901)."""
    faults = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        place = item["loc"][:-1] if item["loc"][-1:] == ("[key]",) else item["loc"]
        path = "".join(pointer_token(part) for part in place)
        faults.append(Fault(pointer=prefix + path, code=item["type"], detail=item["msg"]))
    return faults


def prefix_fault(prefix: str, fault: Fault) -> Fault:
    """Return the fault with a prefix before its pointer."""
    return Fault(pointer=prefix + fault.pointer, code=fault.code, detail=fault.detail)
