"""Models of tenants: organizations, memberships, API keys and external identities."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import Error as DatabaseError
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models.ids import uuid7
from jobs.models.limits import validate_limits
from jobs.models.outages import is_read_only
from jobs.models.rows import build_models, columns_of

KEY_PREFIX = "cvy"
SCOPES = ("jobs:read", "jobs:write", "admin")
DEFAULT_SCOPES = ("jobs:read", "jobs:write")
USE_RECORD_INTERVAL = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class RememberedFor:
    """What a submission verifies of an organization that the process read some time ago."""

    user_id: Any
    """The user whose default organization it was."""
    version: str
    """The version of its row."""


class Organization(models.Model):
    """A tenant. Its jobs, documents, reports and files are invisible to other organizations."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    limits = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_limits],
        help_text='Overrides the maximum number of active jobs: {"user": 10} for every type, '
        'or {"generate_report": {"user": 10}}.',
    )
    weight = models.FloatField(
        default=1.0,
        db_default=1.0,
        help_text="Share of the workers, relative to other organizations that wait.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    version = ""
    """The version of the row in PostgreSQL, if `organization_of` has read it."""
    remembered_for: RememberedFor | None = None

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(weight__gt=0), name="weight_positive")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Membership of a user in an organization."""

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


class ApiKeyManager(models.Manager["ApiKey"]):
    """Finds API keys."""

    def by_secret(self, secret: str) -> "ApiKey | None":
        """Find the usable key with this secret, with its user and organization.

        Usable is a key that is neither revoked nor expired, of an active user who is still a member
        of the organization.
        """
        with connection.cursor() as cursor:
            cursor.execute(_usable_key(), [digest(secret)])
            row = cursor.fetchone()
        if row is None:
            return None
        key: ApiKey
        key, user, organization = build_models((ApiKey, get_user_model(), Organization), row)
        key.user, key.organization = user, organization
        return key


@lru_cache(maxsize=1)
def _usable_key() -> str:
    users: Any = get_user_model()
    columns = (
        columns_of(model, alias)
        for model, alias in ((ApiKey, "key"), (users, "holder"), (Organization, "tenant"))
    )
    return (  # built from names of columns only
        f"SELECT {', '.join(columns)} FROM jobs_apikey AS key "  # noqa: S608
        f"JOIN {connection.ops.quote_name(users._meta.db_table)} AS holder "
        f"ON holder.{users._meta.pk.column} = key.user_id "
        "JOIN jobs_organization AS tenant ON tenant.id = key.organization_id "
        "JOIN jobs_membership AS membership "
        "ON membership.user_id = key.user_id AND membership.organization_id = tenant.id "
        "WHERE key.digest = %s AND key.revoked_at IS NULL AND holder.is_active "
        "AND (key.expires_at IS NULL OR key.expires_at > clock_timestamp())"
    )


class ApiKey(models.Model):
    """The credential of a program. The secret is shown once; only its SHA-256 digest is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="api_keys"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=100)
    hint = models.CharField(
        max_length=12,
        editable=False,
        help_text="First characters of the secret, to recognize the key.",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(
        null=True, editable=False, help_text="Accurate to the minute."
    )

    objects = ApiKeyManager()

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def record_use(self) -> None:
        """Update `last_used_at`, at most once per minute, also under concurrency."""
        now = timezone.now()
        if self.last_used_at is not None and now - self.last_used_at < USE_RECORD_INTERVAL:
            return
        stale = models.Q(last_used_at=None) | models.Q(last_used_at__lte=now - USE_RECORD_INTERVAL)
        try:
            ApiKey.objects.filter(stale, pk=self.pk).update(last_used_at=now)
        except DatabaseError as error:
            if not is_read_only(error):  # reads are possible there
                raise


class Identity(models.Model):
    """Maps the subject of an external identity provider to a user.

    User names are never compared: a token for `admin` is not the local user `admin`.
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
    """Hash a secret. It has 256 random bits, so a fast hash without a salt is safe."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_api_key(
    user: AbstractBaseUser,
    organization: Organization,
    *,
    name: str,
    scopes: tuple[str, ...] = DEFAULT_SCOPES,
    lifetime: timedelta | None = None,
) -> tuple[ApiKey, str]:
    """Create a key; return it with its secret, which is not stored."""
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
    """Return the first organization that the user joined, which is the default; `None` if none."""
    # Runs for each submission from code, where building the query with the ORM costs more than it.
    joined = Organization.objects.raw(
        "SELECT joined.*, joined.xmin::text AS version FROM jobs_organization AS joined "
        "JOIN jobs_membership AS membership ON organization_id = joined.id "
        "WHERE user_id = %s ORDER BY membership.id LIMIT 1",
        [user.pk],
    )
    return next(iter(joined), None)
