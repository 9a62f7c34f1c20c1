"""Who calls: a program with an API key, or a person with a token of an outside provider."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from jobs.api import identities, jwt
from jobs.api.identities import Token
from jobs.models.tenants import KEY_PREFIX, ApiKey


class Bearer(BaseAuthentication):
    """`Authorization: Bearer ...` (RFC 6750). What it begins with says what it is."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the `WWW-Authenticate` of a 401."""
        return 'Bearer realm="api"'

    def secret(self, request: Request) -> str | None:
        """Give what the request brings, if it brings anything."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        return secret.strip().decode("latin-1") if scheme.lower() == b"bearer" else None


class ApiKeyAuthentication(Bearer):
    """An API key."""

    def authenticate(self, request: Request) -> tuple[object, ApiKey] | None:
        """Give the key's user and the key; `None` where the request brings none."""
        secret = self.secret(request)
        if secret is None or not _is_key(secret):
            return None
        key = ApiKey.objects.by_secret(secret)
        if key is None:
            raise AuthenticationFailed("The API key is unknown, expired or revoked.")
        key.note_use()
        return key.user, key


class TokenAuthentication(Bearer):
    """A JSON Web Token of the identity provider in the settings."""

    def authenticate(self, request: Request) -> tuple[object, Token] | None:
        """Give the user that the token means, and the token; `None` where there is none."""
        secret = self.secret(request)
        if secret is None or _is_key(secret):
            return None
        if not settings.JWT_JWKS_URL:
            raise AuthenticationFailed(
                f"The token is not an API key: API keys begin with {KEY_PREFIX}_."
            )
        return identities.admit(jwt.verify(secret))


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The API key in the OpenAPI description."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Describe it as an HTTP bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "An API key."}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The provider's token in the OpenAPI description."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Describe it as an HTTP bearer token."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of the identity provider, where one is set up.",
        }


def _is_key(secret: str) -> bool:
    return secret.startswith(f"{KEY_PREFIX}_")
