"""The delivery of webhooks: claim due deliveries, post them from threads, record the outcomes.

Any number of deliverers may run. A claim moves the delivery's next try beyond the timeout, so no
transaction is open while a receiver is slow, and a deliverer that dies loses nothing: the
deliveries that it had claimed are due again a minute later. An outcome is fenced by the number of
the attempt.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from jobs.attempt import lease
from jobs.dispatch import publish
from jobs.models import Delivery, DeliveryTry, Webhook
from jobs.models.outages import is_outage
from jobs.webhooks.backoff import pause_after_failures, retry_delay
from jobs.webhooks.endpoints import HEALTHY, disable, disable_if_failing_for_long
from jobs.webhooks.payload import render
from jobs.webhooks.post import DeliveryOutcome, post

log = logging.getLogger(__name__)

MAX_CONCURRENT_DELIVERIES = 16
MAX_CONCURRENT_PER_WEBHOOK = 4
"""A slow receiver delays its own events only."""
CLAIM_DURATION = timedelta(minutes=1)
"""How long a claim keeps a delivery from other deliverers; longer than a try may take."""
MAX_RUN_SECONDS = 60.0
"""A run claims nothing more after this time, so that its task ends."""
POLL_INTERVAL_SECONDS = 0.5
"""How often a run claims newly due deliveries while others are in flight."""
RENDER_ERROR = "Internal error: the payload could not be rendered."

InFlight = dict["Future[DeliveryOutcome]", Delivery]


def deliver() -> int:
    """Deliver what is due, for at most a minute, and return the number of tries."""
    publish.clear_delivery_request()
    tries, deadline = 0, time.monotonic() + MAX_RUN_SECONDS
    with ThreadPoolExecutor(MAX_CONCURRENT_DELIVERIES, thread_name_prefix="webhook") as pool:
        in_flight: InFlight = {}
        while True:
            in_time = time.monotonic() < deadline and not lease.shutdown_at.value
            for delivery in _render_all(claim(in_flight)) if in_time else ():
                in_flight[pool.submit(post, delivery)] = delivery
            if not in_flight:
                break
            for delivery, outcome in _collect_finished(in_flight):
                record(delivery, outcome)
                tries += 1
    if not in_time:
        publish.request_delivery()  # more may be due, for another worker if this one stops
    return tries


def claim(in_flight: InFlight) -> list[Delivery]:
    """Claim due deliveries of webhooks that are not busy, up to the number of free threads."""
    open_by_webhook = Counter(delivery.webhook_id for delivery in in_flight.values())
    busy = [pk for pk, count in open_by_webhook.items() if count >= MAX_CONCURRENT_PER_WEBHOOK]
    free = MAX_CONCURRENT_DELIVERIES - len(in_flight)
    claimed = list(
        Delivery.objects.raw(
            """
            UPDATE jobs_delivery
            SET attempts = attempts + 1, next_at = clock_timestamp() + %s
            WHERE id = ANY (ARRAY(
                SELECT due.id FROM (
                    SELECT oldest.id, row_number()
                        OVER (PARTITION BY webhook.id ORDER BY oldest.next_at) AS place
                    FROM jobs_webhook AS webhook CROSS JOIN LATERAL (
                        SELECT id, next_at FROM jobs_delivery
                        WHERE webhook_id = webhook.id AND next_at <= statement_timestamp()
                        ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED
                    ) AS oldest
                    WHERE webhook.disabled_at IS NULL AND webhook.deleted_at IS NULL
                        AND coalesce(webhook.backoff_until <= statement_timestamp(), TRUE)
                        AND webhook.id <> ALL (%s::uuid[])
                ) AS due ORDER BY place, random() LIMIT %s
            )) RETURNING *
            """,
            [CLAIM_DURATION, MAX_CONCURRENT_PER_WEBHOOK, busy, free],
        )
    )
    prefetch_related_objects(claimed, "webhook")
    return claimed


def record(delivery: Delivery, outcome: DeliveryOutcome) -> None:
    """Store one try, and update the delivery and its webhook."""
    with transaction.atomic():
        DeliveryTry.objects.create(
            delivery=delivery,
            at=outcome.at,
            seconds=outcome.seconds,
            status=outcome.status,
            answer=outcome.response_body,
            error=outcome.error,
        )
        fenced = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
        fenced.update(**_delivery_changes(delivery, outcome))
        if delivery.webhook.url:  # the webhook of job URLs has many receivers, so no health
            _update_health(delivery.webhook, outcome)


def purge(older_than: timedelta = timedelta(days=7), batch: int = 500) -> int:
    """Delete old deliveries with their tries, and webhooks that were deleted long ago.

    Returns the number of deleted rows.
    """
    deleted = 0
    while True:
        old = Delivery.objects.filter(created_at__lte=Now() - older_than)
        pks = list(old.order_by("created_at").values_list("pk", flat=True)[:batch])
        Delivery.objects.filter(pk__in=pks).delete()
        deleted += len(pks)
        if len(pks) < batch:
            break
    webhooks = Webhook.objects.filter(deleted_at__lte=Now() - older_than, deliveries=None)
    return deleted + webhooks.delete()[0]


def _render_all(claimed: Iterable[Delivery]) -> Iterator[Delivery]:
    """Yield deliveries with their payload; a payload that cannot be rendered is a failed try."""
    for delivery in claimed:
        try:
            with transaction.atomic():
                render(delivery)
        except Exception as error:
            if is_outage(error):
                raise  # the claimed deliveries are due again in a minute
            log.exception("Delivery %s cannot be rendered", delivery.pk)
            record(delivery, DeliveryOutcome(at=timezone.now(), seconds=0, error=RENDER_ERROR))
        else:
            yield delivery


def _collect_finished(in_flight: InFlight) -> Iterator[tuple[Delivery, DeliveryOutcome]]:
    done, _ = wait(in_flight, timeout=POLL_INTERVAL_SECONDS, return_when=FIRST_COMPLETED)
    for future in done:
        yield in_flight.pop(future), future.result()


def _delivery_changes(delivery: Delivery, outcome: DeliveryOutcome) -> dict[str, Any]:
    if outcome.is_delivered:
        return {"next_at": None, "delivered_at": Now()}
    delay = retry_delay(delivery.attempts - delivery.uncounted_attempts)
    if outcome.is_gone or delay is None:
        return {"next_at": None}
    return {"next_at": Now() + max(delay, outcome.requested_wait)}


def _update_health(webhook: Webhook, outcome: DeliveryOutcome) -> None:
    row = Webhook.objects.filter(pk=webhook.pk)
    if outcome.is_delivered:
        row.filter(failures__gt=0).update(**HEALTHY)
        return
    pause = max(pause_after_failures(webhook.failures + 1), outcome.requested_wait)
    row.update(
        failures=F("failures") + 1,
        failing_since=Coalesce("failing_since", Now()),
        backoff_until=Now() + pause,
    )
    if outcome.is_gone:
        disable(webhook, "The receiver responded 410 Gone.")
    else:
        disable_if_failing_for_long(webhook)
