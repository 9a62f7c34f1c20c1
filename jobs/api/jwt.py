"""Tokens of an outside identity provider: JSON Web Tokens (RFC 7519), checked against its keys."""

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
"""Of public keys only: with a shared secret, whoever can check a token could make one."""
CLAIMS = ("exp", "iss", "aud", "sub")
LEEWAY = 10.0
"""Seconds that the provider's clock and ours may differ."""
FETCH_TIMEOUT = 3.0
KEYS_FRESH = 300.0
KEYS_USABLE = 3600.0
"""Seconds for which keys that are known outlive an outage of the provider."""
REFETCH_EVERY = 30.0
"""Seconds between two looks for keys that are not known, whatever tokens are sent."""

REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "has expired",
    jwt.ImmatureSignatureError: "is not valid yet",
    jwt.InvalidIssuerError: "has the wrong issuer",
    jwt.InvalidAudienceError: "has the wrong audience",
    jwt.InvalidSignatureError: "has an invalid signature",
    jwt.MissingRequiredClaimError: "must have the claims " + ", ".join(CLAIMS),
}


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a valid token says."""

    issuer: str
    subject: str
    organization: str
    """Slug of the organization that it is for."""


class ProviderAway(APIException):
    """The identity provider's keys cannot be had, so tokens cannot be checked."""

    status_code = 503
    default_code = "identity_provider_unavailable"
    default_detail = "Tokens cannot be verified: the identity provider does not respond. Try again."
    wait = 5


class ProviderKeys(jwt.PyJWKClient):
    """The provider's keys (RFC 7517), fetched rarely and kept through its outages."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url, lifespan=KEYS_FRESH, timeout=FETCH_TIMEOUT, cooldown_duration=REFETCH_EVERY
        )
        self._away = CircuitBreaker(open_seconds=5.0)
        self._kept: jwt.PyJWKSet | None = None
        self._fetched_at = 0.0

    def find(self, kid: str) -> jwt.PyJWK:
        """Give a key; raise `AuthenticationFailed` for one not there, or `ProviderAway`."""
        try:
            return self.get_signing_key(kid)
        except (PyJWKClientConnectionError, PyJWKSetError):
            raise ProviderAway from None
        except PyJWKClientError:
            raise _refusal("is signed with a key that its provider does not publish") from None

    def fetch_data(self) -> Any:
        """Fetch the keys, unless that has just failed: each try holds a thread up."""
        if self._away.is_open:
            raise PyJWKClientConnectionError("the provider did not answer a moment ago")
        try:
            found = super().fetch_data()
        except (jwt.PyJWTError, OSError, ValueError) as error:
            self._away.trip()
            raise PyJWKClientConnectionError(str(error)) from error
        self._fetched_at = time.monotonic()
        return found

    def get_jwk_set(self, refresh: bool = False) -> jwt.PyJWKSet:
        """Give the keys; those fetched before, while the provider is away."""
        try:
            self._kept = super().get_jwk_set(refresh)
        except PyJWKClientConnectionError:
            usable = time.monotonic() - self._fetched_at < KEYS_USABLE
            if refresh or self._kept is None or not usable:
                raise
        return self._kept


@lru_cache(maxsize=4)
def provider(url: str) -> ProviderKeys:
    """Give this process's keys of a provider."""
    return ProviderKeys(url)


def verify(token: str) -> Claims:
    """Check a token: algorithm, key, signature, times, issuer, audience; give what it says.

    Raises `AuthenticationFailed` with the reason, `PermissionDenied` where it is for no
    organization, and `ProviderAway`.
    """
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, RecursionError):
        raise _refusal("is neither an API key nor a JSON Web Token") from None
    # Before a key is looked for: nobody shall make us fetch with a token that cannot be good.
    if header.get("alg") not in ALGORITHMS:
        raise _refusal("must be signed with " + ", ".join(ALGORITHMS))
    if not isinstance(kid := header.get("kid"), str):
        raise _refusal("has no key ID (kid)")
    claims = _decoded(token, provider(settings.JWT_JWKS_URL).find(kid))
    subject = claims["sub"]
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise _refusal("has an invalid subject")
    return Claims(issuer=settings.JWT_ISSUER, subject=subject, organization=_organization(claims))


def _decoded(token: str, key: jwt.PyJWK) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            issuer=settings.JWT_ISSUER,
            audience=settings.JWT_AUDIENCE,
            leeway=LEEWAY,
            options={"require": list(CLAIMS)},
        )
    except jwt.PyJWTError as error:
        reasons = (REASONS[kind] for kind in type(error).__mro__ if kind in REASONS)
        raise _refusal(next(reasons, "is not valid")) from None


def _organization(claims: dict[str, Any]) -> str:
    """Look the organization up: the claim of this very name, or a path with dots to an inner one.

    A token without it is for nobody: what an earlier one said may no longer hold.
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
