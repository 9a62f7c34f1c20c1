"""Who a job belongs to: organizations, their members, and the keys of their programs."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models.ids import uuid7
from jobs.models.limits import validate_limits

KEY_PREFIX = "cvy"
SCOPES = ("jobs:read", "jobs:write", "admin")
DEFAULT_SCOPES = ("jobs:read", "jobs:write")
USE_NOTED_EVERY = timedelta(minutes=1)


class Organization(models.Model):
    """A tenant: nobody sees another organization's jobs, documents, reports or files."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    limits = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_limits],
        help_text='Active jobs at once, where not the default: {"user": 10} for every type, '
        'or {"generate_report": {"user": 10}}.',
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in an organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_index=False,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="one_membership_each")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Reads of API keys."""

    def usable(self) -> Self:
        """Keys that are neither revoked nor expired, of active users still in the organization."""
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()),
            revoked_at=None,
            user__is_active=True,
            user__memberships__organization=models.F("organization"),
        )

    def by_secret(self, secret: str) -> "ApiKey | None":
        """Find the usable key that this secret opens."""
        found = self.usable().select_related("user", "organization")
        return found.filter(digest=digest(secret)).first()


class ApiKey(models.Model):
    """A program's credential. The secret is shown once; only its SHA-256 digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="api_keys"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=100)
    hint = models.CharField(
        max_length=12, editable=False, help_text="First characters, to recognize it."
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="To the minute.")

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def note_use(self) -> None:
        """Note that it was used, once a minute at most; the condition settles races."""
        now = timezone.now()
        if self.last_used_at is not None and now - self.last_used_at < USE_NOTED_EVERY:
            return
        stale = models.Q(last_used_at=None) | models.Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=self.pk).update(last_used_at=now)


class Identity(models.Model):
    """Whom an outside identity provider means by a subject.

    Names are never matched: a token for `admin` is not this installation's user `admin`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_user_a_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"


def digest(secret: str) -> str:
    """Hash a secret. It has 256 random bits, so a plain fast hash cannot be guessed backwards."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_api_key(
    user: AbstractBaseUser,
    organization: Organization,
    *,
    name: str,
    scopes: tuple[str, ...] = DEFAULT_SCOPES,
    lifetime: timedelta | None = None,
) -> tuple[ApiKey, str]:
    """Make a key for `user` in `organization`; answer it and its secret, which is not stored."""
    secret = f"{KEY_PREFIX}_{secrets.token_urlsafe(32)}"
    expires_at: datetime | None = timezone.now() + lifetime if lifetime else None
    key = ApiKey.objects.create(
        user_id=user.pk,
        organization=organization,
        name=name,
        hint=secret[:8],
        digest=digest(secret),
        scopes=list(scopes),
        expires_at=expires_at,
    )
    return key, secret


def organization_of(user: AbstractBaseUser) -> Organization | None:
    """Give the organization that a user acts for where no key says so: the first one joined."""
    # Asked for each submission from code: for the ORM, writing the query costs more than asking.
    joined = Organization.objects.raw(
        "SELECT joined.* FROM jobs_organization AS joined "
        "JOIN jobs_membership AS membership ON organization_id = joined.id "
        "WHERE user_id = %s ORDER BY membership.id LIMIT 1",
        [user.pk],
    )
    return next(iter(joined), None)
