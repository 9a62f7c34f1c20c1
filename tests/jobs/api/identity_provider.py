"""An identity provider of the tests: its keys, its JWKS and the tokens that it signs."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

ISSUER = "https://login.example.com/"
AUDIENCE = "conveyor"
PATH = "/.well-known/jwks.json"

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
PUBLIC_PEM = RSA_KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


@dataclass
class Provider:
    """A provider whose keys are served at `url`, with the number of times they were fetched."""

    server: HTTPServer
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    fetched: int = 0

    def __post_init__(self) -> None:
        self.keys = {
            "rsa": json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())),
            "ec": json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())),
            "ed": json.loads(OKPAlgorithm.to_jwk(ED_KEY.public_key())),
        }
        self.server.expect_request(PATH).respond_with_handler(self._serve)

    @property
    def url(self) -> str:
        """Where the keys are."""
        return self.server.url_for(PATH)

    def _serve(self, _: Request) -> Response:
        self.fetched += 1
        keys = [{**key, "kid": kid, "use": "sig"} for kid, key in self.keys.items()]
        return Response(json.dumps({"keys": keys}), self.status, mimetype="application/json")


def claims(**changes: Any) -> dict[str, Any]:
    """Give the claims of a valid token, changed; a change to None leaves one out."""
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "user_2abc", "organization": "acme"}
    given = {**usual, "iat": now, "exp": now + 60, **changes}
    return {name: value for name, value in given.items() if value is not None}


def token(kid: str | None = "rsa", key: Any = RSA_KEY, alg: str = "RS256", **changes: Any) -> str:
    """Sign a token."""
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**changes), key, algorithm=alg, headers=headers)
