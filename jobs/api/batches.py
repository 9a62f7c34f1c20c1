"""Batches over REST: jobs that were submitted together, followed and cancelled together."""

import uuid
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from jobs.api import caller
from jobs.api.idempotency import idempotent
from jobs.api.tenants import OfTenant
from jobs.models import Batch
from jobs.models.states import TERMINAL
from jobs.submission.control import cancel_batch

POLL_SECONDS = "2"


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """Jobs that were submitted together."""

    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    progress = serializers.SerializerMethodField()
    states = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = (
            "id",
            "total",
            "gathered_by",
            "progress",
            "states",
            "created_at",
            "finished_at",
            "owner",
            "organization",
            "links",
        )
        read_only_fields = fields

    def to_representation(self, batch: Batch) -> dict[str, Any]:
        """Count its jobs once for all fields."""
        done = Case(
            When(state__in=TERMINAL, then=Value(100)),
            default=F("progress"),
            output_field=IntegerField(),
        )
        self._rows = list(
            batch.jobs.order_by().values_list("state").annotate(number=Count("pk"), done=Sum(done))
        )
        return super().to_representation(batch)

    def get_progress(self, batch: Batch) -> int:
        """Percent: the mean of its jobs, of which those that have ended count as done."""
        kept = sum(number for _, number, _ in self._rows)
        # what has been purged had ended long before
        done = sum(percent for _, _, percent in self._rows) + 100 * (batch.total - kept)
        return int(done // batch.total)

    def get_states(self, batch: Batch) -> dict[str, int]:
        """Its jobs by state."""
        return {state: number for state, number, _ in self._rows}

    def get_links(self, batch: Batch) -> dict[str, str]:
        """Where to go from here."""
        here = reverse("batch-detail", args=[batch.pk])
        jobs = f"{reverse('job-list')}?batch={batch.pk}"
        return {"self": here, "jobs": jobs, "cancel": f"{here}/cancel"}


def accepted(batch: Batch) -> Response:
    """Answer 202 with a batch, where it is, and when to look again."""
    described = BatchSerializer(batch).data
    headers = {"Location": described["links"]["self"], "Retry-After": POLL_SECONDS}
    return Response(described, status=status.HTTP_202_ACCEPTED, headers=headers)


class BatchViewSet(OfTenant[Batch]):
    """The batches of the caller's organization."""

    queryset = Batch.objects.select_related("owner", "organization")
    serializer_class = BatchSerializer

    @extend_schema(responses={200: BatchSerializer})
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Read how far a batch is. Its jobs are listed at `links.jobs`."""
        return Response(BatchSerializer(self.get_object()).data)

    @extend_schema(request=None, responses={202: BatchSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def cancel(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel every job of a batch that has not ended. Twice is no error."""
        batch = self.get_object()
        cancel_batch(batch, actor=caller.user(request).get_username())
        return accepted(batch)
