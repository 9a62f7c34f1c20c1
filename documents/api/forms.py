"""Reads the input of a job from a multipart form: files, and one part per field."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from pydantic import BaseModel

from documents.api import uploads
from jobs.api import parsers
from jobs.errors import Fault, InvalidSubmission


def body(component: str, input: type[BaseModel]) -> dict[str, Any]:
    """Return the schemas of both request bodies: the form, and the input as JSON."""
    fields = input.model_json_schema()["properties"]
    parts = {name: _describe_field(field) for name, field in fields.items()}
    form = {
        "type": "object",
        "properties": {uploads.FILES: uploads.PART, **parts},
        "additionalProperties": False,
    }
    return {
        "multipart/form-data": form,
        "application/json": {"$ref": f"#/components/schemas/{component}Input"},
    }


def read(input: type[BaseModel], form: QueryDict) -> dict[str, Any]:
    """Read the parts that are fields of the input: text fields verbatim, all others as JSON.

    Raises `InvalidSubmission`, or `ParseError` (400) for text that cannot be stored.
    """
    fields = input.model_json_schema()["properties"]
    values: dict[str, Any] = {}
    faults = []
    for name in form.keys() - {uploads.FILES}:
        try:
            values[name] = _value([str(one) for one in form.getlist(name)], fields[name])
        except ValueError as error:
            detail = f"The part {name} is not valid: {error}"
            faults.append(Fault(pointer=f"/{name}", code="json_invalid", detail=detail))
    if faults:
        raise InvalidSubmission("Some parts of the form are not valid.", faults)
    return values


def _value(texts: list[str], field: Mapping[str, Any]) -> Any:
    if len(texts) > 1:
        raise ValueError("the part was sent more than once. Send a list as one JSON part.")
    return parsers.check_storable(texts[0]) if _is_text(field) else parsers.parse_text(texts[0])


def _is_text(field: Mapping[str, Any]) -> bool:
    return "string" in [one.get("type") for one in field.get("anyOf", [field])]


def _describe_field(field: Mapping[str, Any]) -> dict[str, Any]:
    described = {"type": "string", "description": field.get("description", "")}
    return described if _is_text(field) else {**described, "contentMediaType": "application/json"}
