"""The output of a handler as JSON that PostgreSQL can store."""

import json
import math
from typing import Any

from pydantic import BaseModel

from jobs.errors import UnstorableOutput
from jobs.lifecycle import storable
from jobs.registry import JobType


def dump_output(declared: JobType, output: object) -> dict[str, Any]:
    """Return the output of a handler as JSON; raise `UnstorableOutput` if that is impossible."""
    if not isinstance(output, declared.output):
        raise UnstorableOutput(
            f"{declared.name} returned {type(output).__name__}, not {declared.output.__name__}."
        )
    try:
        dumped: dict[str, Any] = output.model_dump(mode="json", fallback=_mark)
    except (ValueError, RecursionError) as error:
        reason = storable.clean_text(str(error), 300)
        raise UnstorableOutput(
            f"The output of {declared.name} cannot be converted to JSON: {reason}"
        ) from error
    if "null" in storable.encode(dumped, "output"):
        _check_numbers(output)
    return dumped


def _mark(value: object) -> str:
    return f"{storable.NOT_JSON}{type(value).__name__}"


def _check_numbers(output: BaseModel) -> None:
    """Find NaN and infinity in fields of any type, which pydantic converts to null silently."""
    values = output.model_dump()
    try:
        json.dumps(values, default=lambda value: None, skipkeys=True, allow_nan=False)
    except ValueError:  # only now, since paths take time
        for path, value in storable.iterate(values, "output"):
            if isinstance(value, float) and not math.isfinite(value):
                storable.encode(value, path)
