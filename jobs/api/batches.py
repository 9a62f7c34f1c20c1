"""REST views of batches: jobs that are submitted and cancelled together."""

import uuid
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from jobs.api import caller
from jobs.api.idempotency import idempotent
from jobs.api.tenants import TenantViewSet
from jobs.models import Batch
from jobs.models.states import TERMINAL
from jobs.submission.control import cancel_batch

POLL_SECONDS = "2"


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """A batch: jobs that were submitted together."""

    owner = serializers.CharField(source="owner.username")
    organization = serializers.CharField(source="organization.slug")
    gathered_by = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    states = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields: tuple[str, ...] = (
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
        read_only_fields: tuple[str, ...] = fields

    def to_representation(self, batch: Batch) -> dict[str, Any]:
        """Count the batch's jobs once for all fields."""
        done = Case(
            When(state__in=TERMINAL, then=Value(100)),
            default=F("progress"),
            output_field=IntegerField(),
        )
        self._rows = list(
            batch.jobs.order_by().values_list("state").annotate(number=Count("pk"), done=Sum(done))
        )
        return super().to_representation(batch)

    def get_gathered_by(self, batch: Batch) -> uuid.UUID | None:
        """ID of the split job, if the batch contains its parts."""
        parents = batch.jobs.order_by().values_list("parent", flat=True)
        parent: uuid.UUID | None = parents.first()
        return parent

    def get_progress(self, batch: Batch) -> int:
        """Percent: the mean of the jobs; a job that has ended counts as 100."""
        stored = sum(number for _, number, _ in self._rows)
        if not batch.total:
            return 100  # each of its jobs existed already
        # jobs that were purged had ended before
        done = sum(percent for _, _, percent in self._rows) + 100 * (batch.total - stored)
        return int(done // batch.total)

    def get_states(self, batch: Batch) -> dict[str, int]:
        """Return the number of jobs by state."""
        return {state: number for state, number, _ in self._rows}

    def get_links(self, batch: Batch) -> dict[str, str]:
        """Return the URLs of the batch, its jobs and its cancellation."""
        url = reverse("batch-detail", args=[batch.pk])
        jobs = f"{reverse('job-list')}?batch={batch.pk}"
        return {"self": url, "jobs": jobs, "cancel": f"{url}/cancel"}


class FoundJobSerializer(serializers.Serializer[Any]):
    """A job of the request that was not stored, because it matches another one."""

    position = serializers.IntegerField(help_text="Position in `jobs` of the request, from 0.")
    job = serializers.UUIDField(help_text="ID of the job that it matches.")


class SubmittedBatchSerializer(BatchSerializer):
    """A new batch, and the jobs that existed already."""

    found = serializers.SerializerMethodField()

    class Meta(BatchSerializer.Meta):
        fields = (*BatchSerializer.Meta.fields, "found")
        read_only_fields = fields

    @extend_schema_field(FoundJobSerializer(many=True))
    def get_found(self, batch: Batch) -> list[dict[str, Any]]:
        """Return the jobs of the request that are not in the batch because of `unique`."""
        return [{"position": number, "job": job} for number, job in sorted(batch.found.items())]


def build_submitted_response(batch: Batch) -> Response:
    """Return a 202 with a new batch."""
    response = build_accepted_response(batch)
    response.data = SubmittedBatchSerializer(batch).data
    return response


def build_accepted_response(batch: Batch) -> Response:
    """Return a 202 with the batch, its URL (`Location`) and the poll interval (`Retry-After`)."""
    data = BatchSerializer(batch).data
    headers = {"Location": data["links"]["self"], "Retry-After": POLL_SECONDS}
    return Response(data, status=status.HTTP_202_ACCEPTED, headers=headers)


class BatchViewSet(TenantViewSet[Batch]):
    """The batches of the caller's organization."""

    queryset = Batch.objects.select_related("owner", "organization")
    serializer_class = BatchSerializer

    @extend_schema(responses={200: BatchSerializer})
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a batch and its progress. `links.jobs` lists its jobs."""
        return Response(BatchSerializer(self.get_object()).data)

    @extend_schema(request=None, responses={202: BatchSerializer})
    @action(detail=True, methods=["post"])
    @idempotent()
    def cancel(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel all jobs of a batch that have not ended. Repeating the request is no error."""
        batch = self.get_object()
        cancel_batch(batch, actor=caller.user(request).get_username())
        return build_accepted_response(batch)
