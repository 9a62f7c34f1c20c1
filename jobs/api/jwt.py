"""Tokens of an external identity provider: JSON Web Tokens (RFC 7519), verified by its keys."""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from jwt.exceptions import PyJWKClientConnectionError, PyJWKClientError, PyJWKSetError
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied

from jobs.redis.circuit_breaker import CircuitBreaker

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Public-key algorithms only: with a shared secret, every verifier could also issue tokens."""
REQUIRED_CLAIMS = ("exp", "iss", "aud", "sub")
LEEWAY_SECONDS = 10.0
"""The clocks of the provider and this server may differ by this much."""
FETCH_TIMEOUT_SECONDS = 3.0
KEYS_FRESH_SECONDS = 300.0
KEYS_USABLE_SECONDS = 3600.0
"""Cached keys stay usable for this long during an outage of the provider."""
REFETCH_INTERVAL_SECONDS = 30.0
"""Unknown key ids in tokens cause at most one fetch per interval."""

REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "has expired",
    jwt.ImmatureSignatureError: "is not valid yet",
    jwt.InvalidIssuerError: "has the wrong issuer",
    jwt.InvalidAudienceError: "has the wrong audience",
    jwt.InvalidSignatureError: "has an invalid signature",
    jwt.MissingRequiredClaimError: "must have the claims " + ", ".join(REQUIRED_CLAIMS),
}


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The claims of a valid token."""

    issuer: str
    subject: str
    organization: str
    """The slug of the organization."""


class ProviderUnavailable(APIException):
    """The identity provider's keys cannot be fetched, so tokens cannot be verified."""

    status_code = 503
    default_code = "identity_provider_unavailable"
    default_detail = "Tokens cannot be verified: the identity provider does not respond. Try again."
    wait = 5


class ProviderKeys(jwt.PyJWKClient):
    """The provider's keys (RFC 7517), cached also during an outage of the provider."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            lifespan=KEYS_FRESH_SECONDS,
            timeout=FETCH_TIMEOUT_SECONDS,
            cooldown_duration=REFETCH_INTERVAL_SECONDS,
        )
        self._breaker = CircuitBreaker(open_seconds=5.0)
        self._cached: jwt.PyJWKSet | None = None
        self._fetched_at = 0.0

    def find(self, kid: str) -> jwt.PyJWK:
        """Return a key by id; raises `AuthenticationFailed` or `ProviderUnavailable`."""
        try:
            return self.get_signing_key(kid)
        except (PyJWKClientConnectionError, PyJWKSetError):
            raise ProviderUnavailable from None
        except PyJWKClientError:
            raise _refusal("is signed with a key that its provider does not publish") from None

    def fetch_data(self) -> Any:
        """Fetch the keys, unless a fetch has just failed: each one blocks a thread."""
        if self._breaker.is_open:
            raise PyJWKClientConnectionError("the provider did not respond a moment ago")
        try:
            data = super().fetch_data()
        except (jwt.PyJWTError, OSError, ValueError) as error:
            self._breaker.trip()
            raise PyJWKClientConnectionError(str(error)) from error
        self._fetched_at = time.monotonic()
        return data

    def get_jwk_set(self, refresh: bool = False) -> jwt.PyJWKSet:
        """Return the keys; the cached ones while the provider is unavailable."""
        try:
            self._cached = super().get_jwk_set(refresh)
        except PyJWKClientConnectionError:
            is_usable = time.monotonic() - self._fetched_at < KEYS_USABLE_SECONDS
            if refresh or self._cached is None or not is_usable:
                raise
        return self._cached


@lru_cache(maxsize=4)
def provider(url: str) -> ProviderKeys:
    """Return this process's cache of a provider's keys."""
    return ProviderKeys(url)


def verify(token: str) -> Claims:
    """Verify algorithm, key, signature, times, issuer and audience, and return the claims.

    Raises `AuthenticationFailed` with the reason, `PermissionDenied` for a token without an
    organization, and `ProviderUnavailable`.
    """
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, RecursionError):
        raise _refusal("is neither an API key nor a JSON Web Token") from None
    # Checked before the key, so that an invalid token cannot cause a fetch of keys.
    if header.get("alg") not in ALGORITHMS:
        raise _refusal("must be signed with " + ", ".join(ALGORITHMS))
    if not isinstance(kid := header.get("kid"), str):
        raise _refusal("has no key ID (kid)")
    claims = _decode(token, provider(settings.JWT_JWKS_URL).find(kid))
    subject = claims["sub"]
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise _refusal("has an invalid subject")
    return Claims(issuer=settings.JWT_ISSUER, subject=subject, organization=_organization(claims))


def _decode(token: str, key: jwt.PyJWK) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            issuer=settings.JWT_ISSUER,
            audience=settings.JWT_AUDIENCE,
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED_CLAIMS)},
        )
    except jwt.PyJWTError as error:
        reasons = (REASONS[kind] for kind in type(error).__mro__ if kind in REASONS)
        raise _refusal(next(reasons, "is not valid")) from None


def _organization(claims: dict[str, Any]) -> str:
    """Return the organization from its claim: a claim of this name, or a dotted path to one.

    A token without it is rejected: the organization of an earlier token may no longer be valid.
    """
    name = settings.JWT_ORGANIZATION_CLAIM
    found: Any = claims
    for part in [name] if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", found):
        raise PermissionDenied(f"The token has no organization in its claim {name!r}.")
    return found


def _refusal(reason: str) -> AuthenticationFailed:
    return AuthenticationFailed(f"The token {reason}.")
