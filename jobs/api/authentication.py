"""Who calls: a program with an API key."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from jobs.tenancy import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <API key>` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[object, ApiKey] | None:
        """Give the key's user and the key; `None` where the request brings no bearer token."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        key = ApiKey.objects.by_secret(secret.strip().decode("latin-1"))
        if key is None:
            raise AuthenticationFailed("This API key is unknown, expired or revoked.")
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the `WWW-Authenticate` of a 401."""
        return 'Bearer realm="api"'


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The API key in the OpenAPI description."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Describe it as an HTTP bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "An API key."}
