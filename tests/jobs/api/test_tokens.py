"""Valid tokens of the identity provider are accepted, all others are refused."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from tests.jobs.api.conftest import bearer
from tests.jobs.api.identity_provider import (
    AUDIENCE,
    EC_KEY,
    ED_KEY,
    ISSUER,
    PUBLIC_PEM,
    STRANGE_KEY,
    Provider,
    claims,
    token,
)
from tests.people import Person

pytestmark = pytest.mark.usefixtures("organization")


def later(seconds: int) -> int:
    return int(time.time()) + seconds


def by_hand(header: dict[str, Any], sign: bytes = b"") -> str:
    """Make a token that no library would: signed with `sign` as a shared secret, or not at all."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims())]
    body = b".".join(part.rstrip(b"=") for part in parts)
    signature = hmac.new(sign, body, hashlib.sha256).digest() if sign else b""
    return (body + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


@pytest.mark.parametrize(
    "valid",
    [
        token,
        lambda: token("ec", EC_KEY, "ES256"),
        lambda: token("ed", ED_KEY, "EdDSA"),
        lambda: token(aud=["another", AUDIENCE]),
        lambda: token(exp=later(-3)),  # within what clocks may differ
    ],
    ids=["RS256", "ES256", "EdDSA", "one of its audiences", "a slow clock"],
)
def test_a_valid_token_is_accepted(provider: Provider, valid: Any) -> None:
    response = bearer(valid()).post("/api/v1/jobs", {"type": "echo", "input": {}}, "json")
    assert response.status_code == 202, response.json()
    assert (response.json()["owner"], response.json()["organization"]) == ("user_2abc", "acme")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: token(iss="https://evil.example.com/"), "wrong issuer"),
        (lambda: token(iss=ISSUER.rstrip("/")), "wrong issuer"),
        (lambda: token(aud="another"), "wrong audience"),
        (lambda: token(exp=later(-60)), "has expired"),
        (lambda: token(nbf=later(3600)), "not valid yet"),
        (lambda: token(iat=later(3600)), "not valid yet"),
        (lambda: token(exp=None), "must have the claims"),
        (lambda: token(aud=None), "must have the claims"),
        (lambda: token(iss=None), "must have the claims"),
        (lambda: token(sub=None), "must have the claims"),
        (lambda: token(sub=""), "subject"),
        (lambda: token(sub="a\x00b"), "subject"),
        (lambda: token(sub="x" * 256), "subject"),
        (lambda: token(sub=7), "is not valid"),
        (lambda: token(key=STRANGE_KEY), "invalid signature"),
        (lambda: token()[:-8] + "AAAAAAAA", "invalid signature"),
        (lambda: token(kid="unknown"), "does not publish"),
        (lambda: token(kid=None), "has no key ID"),
        (lambda: token("rsa", EC_KEY, "ES256"), "is not valid"),
        (lambda: token("ec"), "is not valid"),
        (lambda: by_hand({"alg": "none", "kid": "rsa"}), "must be signed"),
        (lambda: by_hand({"alg": "None", "kid": "rsa"}), "must be signed"),
        (lambda: by_hand({"alg": "HS256", "kid": "rsa"}, PUBLIC_PEM), "must be signed"),
        (lambda: by_hand({"alg": "RS256", "kid": "rsa"}, PUBLIC_PEM), "invalid signature"),
        (lambda: by_hand({"alg": ["RS256"], "kid": "rsa"}), "must be signed"),
        (lambda: by_hand({"kid": "rsa"}), "must be signed"),
        (lambda: by_hand({"alg": "RS256", "kid": 1}), "neither"),
        (lambda: "nonsense", "neither an API key nor"),
        (lambda: "a.b.c", "neither an API key nor"),
        (lambda: base64.urlsafe_b64encode(b"[" * 6000).decode() + ".e30.AA", "neither"),
    ],
)
def test_an_invalid_token_is_refused(provider: Provider, make: Any, reason: str) -> None:
    response = bearer(make()).get("/api/v1/jobs")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (401, "authentication_failed"), problem
    assert reason in problem["detail"]
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_shared_secret_among_the_keys_is_not_accepted(provider: Provider) -> None:
    secret = b"shared, and so known to who may check"
    encoded = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    provider.keys["oct"] = {"kty": "oct", "k": encoded, "alg": "HS256"}
    for alg in ("HS256", "RS256"):
        assert (
            bearer(by_hand({"alg": alg, "kid": "oct"}, secret)).get("/api/v1/jobs").status_code
            == 401
        )


def test_a_token_without_a_configured_provider_is_refused() -> None:
    response = bearer(token()).get("/api/v1/jobs")
    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
    assert "begin with cvy_" in response.json()["detail"]


def test_api_keys_work_beside_tokens(provider: Provider, owner: Person) -> None:
    assert owner.client.get("/api/v1/jobs").status_code == 200
    assert provider.fetched == 0
