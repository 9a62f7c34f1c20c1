"""Authentication: API keys of programs, and tokens of an external identity provider."""

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from jobs.api import identities, jwt
from jobs.api.identities import TokenCredential
from jobs.models.tenants import KEY_PREFIX, ApiKey


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer ...` (RFC 6750). The prefix of the credential tells its kind."""

    def authenticate_header(self, request: Request) -> str:
        """Return the `WWW-Authenticate` of a 401."""
        return 'Bearer realm="api"'

    def secret(self, request: Request) -> str | None:
        """Return the credential of the request, or `None`."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        return secret.strip().decode("latin-1") if scheme.lower() == b"bearer" else None


class ApiKeyAuthentication(BearerAuthentication):
    """Authenticates by API key."""

    def authenticate(self, request: Request) -> tuple[object, ApiKey] | None:
        """Return the key's user and the key, or `None` if the request has no API key."""
        secret = self.secret(request)
        if secret is None or not _is_key(secret):
            return None
        key = _find_key(secret)
        if key is None:
            raise AuthenticationFailed("The API key is unknown, expired or revoked.")
        key.record_use()
        return key.user, key


class TokenAuthentication(BearerAuthentication):
    """Authenticates by JSON Web Token of the identity provider in the settings."""

    def authenticate(self, request: Request) -> tuple[object, TokenCredential] | None:
        """Return the token's user and the credential, or `None` if the request has no token."""
        secret = self.secret(request)
        if secret is None or _is_key(secret):
            return None
        if not settings.JWT_JWKS_URL:
            raise AuthenticationFailed(
                f"The token is not an API key: API keys begin with {KEY_PREFIX}_."
            )
        return identities.authenticate(jwt.verify(secret))


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes API keys in the OpenAPI document."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key."}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the identity provider's tokens in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of the identity provider, if the deployment uses one.",
        }


def _find_key(secret: str) -> ApiKey | None:
    """Find the usable key with this secret, on a new connection if the old one is broken.

    This is the first statement of a request. It can be repeated, so it replaces the `SELECT 1` by
    which Django would check the connection before.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # the stubs lack it
    try:
        return ApiKey.objects.by_secret(secret)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return ApiKey.objects.by_secret(secret)


def _is_key(secret: str) -> bool:
    return secret.startswith(f"{KEY_PREFIX}_")
