"""Signatures as in Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification requires 24 to 64."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """Return the HMAC-SHA256 signature of `id.timestamp.body`, with its version prefix."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    message = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


def headers(secrets: Iterable[str], *, event_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of one try, signed at `now` with each active secret."""
    timestamp = int(now.timestamp())
    signatures = [signature(secret, event_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
