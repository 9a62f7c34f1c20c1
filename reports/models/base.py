"""Common parts of the models: tenant, owner, time, and the job that made the row."""

import uuid
from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from jobs.models import Job, Organization
from jobs.models.ids import uuid7

if TYPE_CHECKING:
    from django.contrib.auth.models import User

M = TypeVar("M", bound=models.Model)


class StoredRowQuerySet(models.QuerySet[M]):
    """Queries of stored rows."""

    def of(self, organization: Organization | uuid.UUID) -> Self:
        """Filter by organization. Every query on behalf of a tenant starts here."""
        return self.filter(organization=organization)


class StoredRow(models.Model):
    """A row of a tenant. It outlives the job that made it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StoredRowQuerySet[Self].as_manager()

    class Meta:
        abstract = True
        ordering = ("-created_at", "-id")


def organization_reference(related_name: str) -> "models.ForeignKey[Organization, Organization]":
    """Return the field for the tenant of a row."""
    return models.ForeignKey(Organization, on_delete=models.PROTECT, related_name=related_name)


def owner_reference(related_name: str) -> "models.ForeignKey[User, User]":
    """Return the field for the user who submitted the job."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name=related_name
    )


def job_reference(related_name: str) -> "models.ForeignKey[Job | None, Job | None]":
    """Return the field for the job that made a row; null once the job is purged."""
    return models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name=related_name
    )


def unique_job_reference(related_name: str) -> "models.OneToOneField[Job | None, Job | None]":
    """Return the field for the job of which this is the only row."""
    return models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name=related_name
    )
