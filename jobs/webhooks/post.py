"""One try of a delivery: the request, and its outcome. Uses no database."""

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
    from jobs.outbound.http import OutboundResponse

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
"""For the whole try: name resolution, connection, request and response."""
MAX_RESPONSE_BYTES = 1024
"""Of a response's body, this many bytes are stored."""
MAX_ERROR_CHARACTERS = 300
HEADERS = {"Content-Type": "application/json", "User-Agent": "conveyor-webhooks/1"}


@dataclass(frozen=True, kw_only=True)
class DeliveryOutcome:
    """The result of one try: a response, or the error that prevented one."""

    at: datetime
    seconds: float
    status: int | None = None
    response_body: str = ""
    error: str = ""
    requested_wait: timedelta = timedelta(0)
    """The wait that the receiver asked for with `Retry-After`."""

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has accepted the event (2xx)."""
        return self.status is not None and error_class(self.status) is None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more events (410)."""
        return self.status == 410


def render_body(delivery: Delivery) -> bytes:
    """Return the request body: the event's type, time and data as JSON."""
    created_at = delivery.created_at.isoformat().replace("+00:00", "Z")
    body = {"type": delivery.type, "timestamp": created_at, "data": delivery.payload}
    # Sorted: PostgreSQL returns members in its own order, and each try must send the same bytes.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def post(delivery: Delivery) -> DeliveryOutcome:
    """Send the event to the receiver once. Never raises: each error becomes an outcome."""
    at, started = timezone.now(), time.monotonic()
    try:
        result = _send(delivery, at)
    except AttemptError as error:
        result = {"error": error.message[:MAX_ERROR_CHARACTERS]}
    except Exception as error:
        log.exception("Delivery %s failed with an unexpected error", delivery.pk)
        result = {"error": f"Internal error: {type(error).__name__}."}
    return DeliveryOutcome(at=at, seconds=round(time.monotonic() - started, 3), **result)


def _send(delivery: Delivery, now: datetime) -> dict[str, Any]:
    from jobs.outbound import http  # imports an HTTP client, which only deliverers need

    body = render_body(delivery)
    secrets = delivery.webhook.secrets(now)
    signed = signature.headers(secrets, event_id=delivery.event_id, now=now, body=body)
    response = http.request(
        "POST",
        delivery.address,
        headers={**HEADERS, **signed},
        content=body,
        timeout=TIMEOUT_SECONDS,
        max_bytes=MAX_RESPONSE_BYTES,
    )
    return _read_response(response)


def _read_response(response: "OutboundResponse") -> dict[str, Any]:
    text = response.body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    wait = requested_wait(response.status, response.headers, max_wait=MAX_REQUESTED_WAIT)
    return {"status": response.status, "response_body": text, "requested_wait": wait}
