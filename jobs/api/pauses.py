"""REST views of pauses: stop and resume the jobs of a queue, a type, the organization, a worker."""

import uuid
from typing import Any, Literal

from drf_spectacular.utils import extend_schema, extend_schema_view
from pydantic import BaseModel, ConfigDict, Field
from rest_framework import mixins, serializers, status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jobs.api import caller
from jobs.api.base_view import EndpointMixin
from jobs.api.idempotency import idempotent
from jobs.api.pagination import NewestFirstPagination
from jobs.api.permissions import require_operator
from jobs.api.request_bodies import validate_body
from jobs.dispatch import pauses
from jobs.errors import NotFound
from jobs.models import Pause
from jobs.models.pauses import PauseScope


class PauseRequest(BaseModel):
    """A pause to create."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scope: Literal["queue", "type", "organization", "worker"] = Field(
        description="Only operators can pause a queue, a job type or a worker: they are shared."
    )
    value: str = Field(
        "",
        max_length=100,
        description="Name of the queue, job type or worker. Omit for the organization.",
    )
    reason: str = Field("", max_length=200, description="Shown to everyone whose jobs wait.")


class PauseSerializer(serializers.ModelSerializer[Pause]):
    """A queue, job type or organization whose jobs do not start."""

    class Meta:
        model = Pause
        fields = ("id", "scope", "value", "actor", "reason", "created_at")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(description="List the pauses that affect your jobs, newest first.")
)
class PauseViewSet(EndpointMixin, mixins.ListModelMixin, GenericViewSet[Pause]):
    """The pauses that affect the caller's jobs."""

    queryset = Pause.objects.all()
    serializer_class = PauseSerializer
    pagination_class = NewestFirstPagination
    lookup_value_converter = "uuid"

    @property
    def scope(self) -> str:
        """Return the scope that the request requires."""
        return "jobs:read" if self.request.method in SAFE_METHODS else "admin"

    def get_queryset(self) -> Any:
        """Return the organization's own pauses, and those of queues and types."""
        return pauses.visible_pauses(
            caller.organization(self.request), is_operator=self.request.user.is_staff
        )

    @extend_schema(request=PauseRequest, responses={201: PauseSerializer})
    @idempotent()
    def create(self, request: Request) -> Response:
        """Pause a queue, a job type, the organization or a worker. Running jobs continue.

        A paused worker takes no more jobs: stop it when its last one has ended.
        """
        body = validate_body(PauseRequest, request.data)
        scope = PauseScope(body.scope)
        value = body.value
        if scope == PauseScope.ORGANIZATION:
            value = str(caller.organization(request).pk)
        self._check_scope(request, scope)
        actor = caller.user(request).get_username()
        paused = pauses.pause(scope, value, actor=actor, reason=body.reason)
        return Response(PauseSerializer(paused).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Resume. Jobs that were waiting start again within seconds."""
        pause = self.get_queryset().filter(pk=pk).first()
        if pause is None:
            raise NotFound(f"There is no pause {pk}.")
        self._check_scope(request, PauseScope(pause.scope))
        pauses.resume(PauseScope(pause.scope), pause.value)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _check_scope(self, request: Request, scope: PauseScope) -> None:
        if scope != PauseScope.ORGANIZATION:
            detail = "Only operators can pause and resume a queue, a job type or a worker."
            require_operator(request, detail)
