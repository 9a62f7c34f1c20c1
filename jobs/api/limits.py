"""Limits over REST: members read those of their organization, operators change those of any."""

import uuid
from typing import Annotated, Any

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api import caller
from jobs.api.base_view import EndpointMixin
from jobs.api.permissions import require_operator
from jobs.api.request_bodies import validate_body
from jobs.errors import NotFound
from jobs.models import Organization
from jobs.models.limits import SCOPES
from jobs.submission.limits import MAX_WEIGHT, effective_limits, set_limits
from jobs.tenancy.rls import as_operator

OPERATORS_ONLY = "Only operators can read and change the limits of any organization."
SIZE = {"type": "integer", "minimum": 0}
OVERRIDES = {
    "type": "object",
    "additionalProperties": {
        "oneOf": [
            SIZE,
            {
                "type": "object",
                "properties": dict.fromkeys(SCOPES, SIZE),
                "additionalProperties": False,
            },
        ]
    },
}


class LimitsRequest(BaseModel):
    """The limits of an organization. Sizes that are absent are those of the job types."""

    model_config = ConfigDict(extra="forbid", strict=True)

    overrides: Annotated[dict[str, Any], WithJsonSchema(OVERRIDES)] = Field(
        description="Sizes by scope for every job type, or by job type and scope.",
        examples=[{"user": 10, "generate_report": {"user": 2}}],
    )
    weight: float = Field(
        gt=0,
        le=MAX_WEIGHT,
        description="Share of the workers, relative to other organizations that wait.",
        examples=[1.0],
    )


class LimitSerializer(serializers.Serializer[Any]):
    """The maximum number of active jobs of a type, per organization, user or subject."""

    type = serializers.CharField()
    scope = serializers.ChoiceField(choices=SCOPES)
    size = serializers.IntegerField()
    default = serializers.IntegerField(help_text="The size that the job type declares.")
    in_use = serializers.IntegerField(
        help_text="Active jobs that count. `user`: your own; for an operator, those of the user "
        "who has most. `subject`: those of the subject that has most."
    )


class OrganizationLimitsSerializer(serializers.Serializer[Any]):
    """The limits of an organization."""

    id = serializers.UUIDField(help_text="ID of the organization.")
    organization = serializers.CharField()
    overrides = serializers.DictField(help_text="Sizes that replace those of the job types.")
    weight = serializers.FloatField(
        help_text="Share of the workers, relative to other organizations that wait. Default: 1."
    )
    limits = LimitSerializer(many=True)


class OwnLimits(EndpointMixin, APIView):
    """The limits of the caller's organization."""

    @extend_schema(responses={200: OrganizationLimitsSerializer})
    def get(self, request: Request) -> Response:
        """Read the limits of your organization, and how many jobs count against each."""
        organization = caller.organization(request)
        return Response(_render(organization, user_id=caller.user(request).pk))


class OrganizationLimits(EndpointMixin, APIView):
    """The limits of any organization, for operators."""

    scope = "admin"

    @extend_schema(responses={200: OrganizationLimitsSerializer})
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Read the limits of an organization. Only for operators, with the scope `admin`."""
        require_operator(request, OPERATORS_ONLY)
        with as_operator():
            return Response(_render(_get_organization(pk)))

    @extend_schema(request=LimitsRequest, responses={200: OrganizationLimitsSerializer})
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        """Replace the limits and the weight of an organization.

        Only for operators, with the scope `admin`. The limits hold from the next submission on.
        Jobs that are active stay, even if they are more.
        """
        require_operator(request, OPERATORS_ONLY)
        body = validate_body(LimitsRequest, request.data)
        with as_operator():
            organization = _get_organization(pk)
            actor = caller.user(request).get_username()
            set_limits(organization.pk, body.overrides, body.weight, actor=actor)
            organization.refresh_from_db()
            return Response(_render(organization))


def _get_organization(pk: uuid.UUID) -> Organization:
    organization = Organization.objects.filter(pk=pk).first()
    if organization is None:
        raise NotFound(f"There is no organization {pk}.")
    return organization


def _render(organization: Organization, *, user_id: Any = None) -> Any:
    limits = effective_limits(organization, user_id=user_id)
    fields = {
        "id": organization.pk,
        "organization": organization.slug,
        "overrides": organization.limits,
        "weight": organization.weight,
        "limits": limits,
    }
    return OrganizationLimitsSerializer(fields).data
