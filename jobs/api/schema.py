"""The OpenAPI description, where drf-spectacular needs to be told: problems, keys, job types."""

from collections.abc import Iterator, Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from jobs import registry
from jobs.api.idempotency import HEADER
from jobs.api.problems import MEDIA_TYPE
from jobs.registry import JobType

SCHEMAS = "#/components/schemas/"
SAYS_MORE = {"pattern", "format", "enum", "const"}
ANYBODY = {401, 403, 429, 503}
WITH_BODY = {400, 413, 415, 422}

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description="The same request with the same key is done once, and answered alike for 24 hours.",
)


class FaultSerializer(serializers.Serializer[Any]):
    """One thing wrong with an input."""

    pointer = serializers.CharField(help_text="Where: a JSON pointer, RFC 6901.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was refused (RFC 9457). Nothing was stored."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable, for programs.")
    detail = serializers.CharField(help_text="What happened and what to do, for people.")
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]  # is a field


class Description(AutoSchema):
    """Describes one operation."""

    def get_override_parameters(self) -> list[Any]:
        """Let every POST have a key."""
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(*args, **kwargs)
        for status in sorted(self._refusals()):
            problem = self._problem(str(status))
            bodies.setdefault(str(status), problem)
        return bodies

    def _problem(self, status: str) -> Any:
        describe: Any = self._get_response_for_code
        return describe(ProblemSerializer, status, [MEDIA_TYPE])

    def _refusals(self) -> set[int]:
        """Give the statuses of the problems that the operation may answer."""
        found = set(ANYBODY)
        if self.method == "POST":
            found |= {400, 422}
        if self.method in ("POST", "PATCH", "PUT"):
            found |= {409, *WITH_BODY}
        if self.method == "GET":
            found |= {406, 422}
        if "{" in self.path or self._is_list_view():
            found.add(404)
        return found


NO_NUL = r"^[^\x00]*$"
"""For every text that a request may have: PostgreSQL stores none with a NUL."""


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Complete the description: a request schema for each type, and what is amiss in others."""
    schemas = result["components"]["schemas"]
    for name, prefix in (("SubmitRequest", "Submit"), ("ScheduleRequest", "Schedule")):
        if name in schemas:
            schemas[name] = _any_submission(schemas, schemas[name], prefix)
    if "ScheduleChange" in schemas:
        schemas["ScheduleChange"]["properties"]["type"]["enum"] = _types()
    for node in _objects(result):
        _name_properties(node)
        if node.get("oneOf") == [{}, {"type": "null"}]:
            del node["oneOf"]  # null is both, and so neither: anything is meant
    _describe_texts(result)
    for path in result["paths"].values():
        if "requestBody" in path.get("post", {}):
            path["post"]["requestBody"]["required"] = True  # also where no field of it is
    return result


def _describe_texts(result: dict[str, Any]) -> None:
    """Say of every text in a request that it has no NUL."""
    for path in result["paths"].values():
        for operation in path.values():
            asked = [operation.get("requestBody"), operation.get("parameters")]
            for node in _objects(asked, result["components"]["schemas"]):
                named = node.get("propertyNames")
                for text in (node if node.get("type") == "string" else None, named):
                    if text is not None and not text.keys() & SAYS_MORE:
                        text["pattern"] = NO_NUL


def _types() -> list[str]:
    return [declared.name for declared in registry.all_types()]


def _any_submission(
    schemas: dict[str, Any], general: dict[str, Any], prefix: str
) -> dict[str, Any]:
    """Describe the submissions: one of a schema for each type, told apart by `type`."""
    mapping = {}
    for declared in registry.all_types():
        name = f"{prefix}{_camel(declared.name)}"
        schemas[name] = _submission(schemas, declared, {**general, "title": name})
        mapping[declared.name] = f"{SCHEMAS}{name}"
    return {
        "oneOf": [{"$ref": reference} for reference in mapping.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
        "description": general["description"],
    }


def _submission(
    schemas: dict[str, Any], declared: JobType, general: dict[str, Any]
) -> dict[str, Any]:
    prefix = _camel(declared.name)
    taken = declared.input.model_json_schema(ref_template=f"{SCHEMAS}{prefix}{{model}}")
    for name, schema in taken.pop("$defs", {}).items():
        # generators of clients name classes by titles, and two types may share a model
        schemas[f"{prefix}{name}"] = {**schema, "title": f"{prefix}{name}"}
    schemas[f"{prefix}Input"] = {**taken, "title": f"{prefix}Input"}
    properties = {
        **general["properties"],
        "type": {"type": "string", "const": declared.name},
        "input": {"$ref": f"{SCHEMAS}{prefix}Input"},
    }
    description = (declared.handler.__doc__ or declared.label).strip()
    return {**general, "description": description, "properties": properties}


def _name_properties(node: dict[str, Any]) -> None:
    """Say of a map with named keys that it has no others; pydantic leaves that open."""
    patterns = node.get("patternProperties")
    if patterns and len(patterns) == 1 and "additionalProperties" not in node:
        [(pattern, value)] = node.pop("patternProperties").items()
        node["propertyNames"] = {**node.get("propertyNames", {}), "pattern": pattern}
        node["additionalProperties"] = value


def _objects(root: Any, schemas: Mapping[str, Any] = {}) -> Iterator[dict[str, Any]]:
    """Give every object of a document, and those of the schemas that it refers to."""
    rest, seen = [root], set()
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            yield node
            rest.extend(node.values())
            name = str(node.get("$ref", "")).removeprefix(SCHEMAS)
            if name in schemas and name not in seen:
                seen.add(name)
                rest.append(schemas[name])
        elif isinstance(node, list):
            rest.extend(node)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
