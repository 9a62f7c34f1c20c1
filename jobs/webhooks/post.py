"""One try of a delivery: what is sent, and what came of it. Touches no database."""

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from jobs.errors import AttemptError
from jobs.models import Delivery
from jobs.outbound.status import error_class, requested_wait
from jobs.webhooks import signature
from jobs.webhooks.backoff import MAX_REQUESTED_WAIT

if TYPE_CHECKING:
    from jobs.outbound.http import Answer

log = logging.getLogger(__name__)

TIME_OUT = 10.0
"""Seconds for the whole of it: name, connection, request, answer."""
KEPT = 1024
"""Bytes of an answer that are kept."""
AGENT = {"Content-Type": "application/json", "User-Agent": "conveyor-webhooks/1"}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one try."""

    at: datetime
    seconds: float
    status: int | None = None
    answer: str = ""
    error: str = ""
    asked: timedelta = timedelta(0)
    """How long the receiver asked to be left alone."""

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and error_class(self.status) is None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants to be told nothing any more (410)."""
        return self.status == 410


def body_of(delivery: Delivery) -> bytes:
    """Give the body: what happened, when, and to what."""
    when = delivery.created_at.isoformat().replace("+00:00", "Z")
    body = {"type": delivery.type, "timestamp": when, "data": delivery.payload}
    # In one order: PostgreSQL gives members back in its own, and each try sends the same bytes.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def post(delivery: Delivery) -> Outcome:
    """Tell the receiver, once. Never raises: whatever goes wrong is an outcome."""
    at, begun = timezone.now(), time.monotonic()
    try:
        found = _send(delivery, at)
    except AttemptError as error:
        found = {"error": error.message[:300]}
    except Exception as error:
        log.exception("delivery %s could not be tried", delivery.pk)
        found = {"error": f"Internal error: {type(error).__name__}."}
    return Outcome(at=at, seconds=round(time.monotonic() - begun, 3), **found)


def _send(delivery: Delivery, now: datetime) -> dict[str, Any]:
    from jobs.outbound import http  # loads an HTTP client, which only deliverers need

    body = body_of(delivery)
    secrets = delivery.webhook.secrets(now)
    signed = signature.headers(secrets, event_id=delivery.event_id, now=now, body=body)
    answer = http.call(
        "POST",
        delivery.address,
        headers={**AGENT, **signed},
        content=body,
        seconds=TIME_OUT,
        max_bytes=KEPT,
    )
    return _result_of(answer)


def _result_of(response: "Answer") -> dict[str, Any]:
    text = response.body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    asked = requested_wait(response.status, response.headers, max_wait=MAX_REQUESTED_WAIT)
    return {"status": response.status, "answer": text, "asked": asked}
