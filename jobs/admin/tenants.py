"""Admin pages of tenants: organizations with their limits, memberships, API keys, identities."""

from django.contrib import admin

from jobs.admin.read_only import ReadOnly
from jobs.models import ApiKey, Identity, Membership, Organization


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Tenants and their limits."""

    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Memberships of users in organizations."""

    list_display = ("user", "organization", "created_at")
    list_select_related = ("user", "organization")
    list_filter = ("organization",)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """API keys. Create them with `manage.py create_api_key`."""

    list_display = (
        "name",
        "hint",
        "user",
        "organization",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_select_related = ("user", "organization")


@admin.register(Identity)
class IdentityAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Users of the identity provider, by token subject."""

    list_display = ("subject", "issuer", "user", "created_at")
    list_select_related = ("user",)
    search_fields = ("subject",)
