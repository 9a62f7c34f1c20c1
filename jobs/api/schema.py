"""The OpenAPI document beyond drf-spectacular: problems, idempotency keys, job types."""

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
RESTRICTED = {"pattern", "format", "enum", "const"}
COMMON_STATUSES = {401, 403, 429, 503}
BODY_STATUSES = {400, 413, 415, 422}

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description=(
        "A repeated request with the same key runs once and gets the same response for 24 hours."
    ),
)


class FaultSerializer(serializers.Serializer[Any]):
    """One error of an input."""

    pointer = serializers.CharField(help_text="The location: a JSON pointer (RFC 6901).")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was rejected (RFC 9457). A rejected request stores nothing."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="A stable code for programs.")
    detail = serializers.CharField(help_text="For people: what happened, and what to do.")
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]  # is a field


class OperationSchema(AutoSchema):
    """The OpenAPI description of one operation."""

    def get_override_parameters(self) -> list[Any]:
        """Add the idempotency key to each POST."""
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(*args, **kwargs)
        for status in sorted(self._problem_statuses()):
            problem = self._problem(str(status))
            bodies.setdefault(str(status), problem)
        return bodies

    def _problem(self, status: str) -> Any:
        describe: Any = self._get_response_for_code
        return describe(ProblemSerializer, status, [MEDIA_TYPE])

    def _problem_statuses(self) -> set[int]:
        """Return the statuses of the problems that the operation may respond with."""
        statuses = set(COMMON_STATUSES)
        if self.method == "POST":
            statuses |= {400, 422}
        if self.method in ("POST", "PATCH", "PUT"):
            statuses |= {409, *BODY_STATUSES}
        if self.method == "GET":
            statuses |= {406, 422}
        if "{" in self.path or self._is_list_view():
            statuses.add(404)
        return statuses


NO_NUL = r"^[^\x00]*$"
"""The pattern of all texts in requests: PostgreSQL cannot store NUL."""


def complete_schema(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add a request schema for each job type, and correct details of the generated document."""
    schemas = result["components"]["schemas"]
    for name, prefix in (("SubmitRequest", "Submit"), ("ScheduleRequest", "Schedule")):
        if name in schemas:
            schemas[name] = _union_schema(schemas, schemas[name], prefix)
    if "ScheduleChange" in schemas:
        names = [job_type.name for job_type in registry.all_types()]
        schemas["ScheduleChange"]["properties"]["type"]["enum"] = names
    for node in _iterate_objects(result):
        _close_pattern_properties(node)
        if node.get("oneOf") == [{}, {"type": "null"}]:
            del node["oneOf"]  # null matches both, so it would match neither; any value is meant
    _forbid_nul(result)
    for path in result["paths"].values():
        if "requestBody" in path.get("post", {}):
            path["post"]["requestBody"]["required"] = True  # even if no field of it is required
    return result


def _forbid_nul(result: dict[str, Any]) -> None:
    """Add the pattern `NO_NUL` to every text in a request that has no narrower restriction."""
    for path in result["paths"].values():
        for operation in path.values():
            request = [operation.get("requestBody"), operation.get("parameters")]
            for node in _iterate_objects(request, result["components"]["schemas"]):
                names = node.get("propertyNames")
                for text in (node if node.get("type") == "string" else None, names):
                    if text is not None and not text.keys() & RESTRICTED:
                        text["pattern"] = NO_NUL


def _union_schema(schemas: dict[str, Any], general: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return a union of one schema per job type, with `type` as its discriminator."""
    mapping = {}
    for job_type in registry.all_types():
        name = f"{prefix}{_camel_case(job_type.name)}"
        schemas[name] = _type_schema(schemas, job_type, {**general, "title": name})
        mapping[job_type.name] = f"{SCHEMAS}{name}"
    return {
        "oneOf": [{"$ref": reference} for reference in mapping.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
        "description": general["description"],
    }


def _type_schema(
    schemas: dict[str, Any], job_type: JobType, general: dict[str, Any]
) -> dict[str, Any]:
    prefix = _camel_case(job_type.name)
    input_schema = job_type.input.model_json_schema(ref_template=f"{SCHEMAS}{prefix}{{model}}")
    for name, schema in input_schema.pop("$defs", {}).items():
        # client generators name classes by titles, and two types may share a model
        schemas[f"{prefix}{name}"] = {**schema, "title": f"{prefix}{name}"}
    schemas[f"{prefix}Input"] = {**input_schema, "title": f"{prefix}Input"}
    properties = {
        **general["properties"],
        "type": {"type": "string", "const": job_type.name},
        "input": {"$ref": f"{SCHEMAS}{prefix}Input"},
    }
    description = (job_type.handler.__doc__ or job_type.label).strip()
    return {**general, "description": description, "properties": properties}


def _close_pattern_properties(node: dict[str, Any]) -> None:
    """Allow no keys outside the pattern of a map; pydantic leaves that open."""
    patterns = node.get("patternProperties")
    if patterns and len(patterns) == 1 and "additionalProperties" not in node:
        [(pattern, value)] = node.pop("patternProperties").items()
        node["propertyNames"] = {**node.get("propertyNames", {}), "pattern": pattern}
        node["additionalProperties"] = value


def _iterate_objects(root: Any, schemas: Mapping[str, Any] = {}) -> Iterator[dict[str, Any]]:
    """Yield every object of a document, and of the schemas that it refers to."""
    stack, visited = [root], set()
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
            name = str(node.get("$ref", "")).removeprefix(SCHEMAS)
            if name in schemas and name not in visited:
                visited.add(name)
                stack.append(schemas[name])
        elif isinstance(node, list):
            stack.extend(node)


def _camel_case(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
