"""Delivering: claim what is due, post it from threads, write down what came of it.

Any number of deliverers may run. A claim moves the delivery's next try beyond the time-out, so no
transaction is open while a receiver takes its time, and a deliverer that dies loses nothing: what
it had in hand is due again a minute later. Its outcome is fenced by the number of the attempt.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, prefetch_related_objects
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from jobs.attempt import lease
from jobs.dispatch import publish
from jobs.models import Delivery, DeliveryTry, Webhook
from jobs.webhooks.backoff import rest_after, wait_after
from jobs.webhooks.endpoints import UNTRIED, disable, disable_if_failing_for_long
from jobs.webhooks.payload import render
from jobs.webhooks.post import Outcome, post

log = logging.getLogger(__name__)

SLOTS = 16
"""Receivers that are waited for at the same time."""
EACH = 4
"""Of these, for one webhook: a slow receiver holds up its own events only."""
HOLD = timedelta(minutes=1)
"""For so long a claim keeps a delivery from others; longer than a try may take."""
ROUND = 60.0
"""Seconds after which nothing more is claimed, so that a task does not run for ever."""
LOOK_EVERY = 0.5
"""Seconds between two looks for what has become due, while receivers take their time."""
UNRENDERED = "Internal error: the payload could not be rendered."

Flying = dict["Future[Outcome]", Delivery]


def deliver() -> int:
    """Deliver what is due, for a minute at most; answer how many tries were made."""
    publish.answer_bell()
    tries, until = 0, time.monotonic() + ROUND
    with ThreadPoolExecutor(SLOTS, thread_name_prefix="webhook") as pool:
        flying: Flying = {}
        while True:
            in_time = time.monotonic() < until and not lease.shutdown_at.value
            for delivery in _rendered(claim(flying)) if in_time else ():
                flying[pool.submit(post, delivery)] = delivery
            if not flying:
                break
            for delivery, outcome in _landed(flying):
                record(delivery, outcome)
                tries += 1
    if not in_time:
        publish.ring()  # there may be more; while the worker shuts down, another takes it
    return tries


def claim(flying: Flying) -> list[Delivery]:
    """Take due deliveries, as many as there are free slots, from webhooks that are not busy."""
    busy = Counter(delivery.webhook_id for delivery in flying.values())
    claimed = list(
        Delivery.objects.raw(
            """
            UPDATE jobs_delivery
            SET attempts = attempts + 1, next_at = clock_timestamp() + %s
            WHERE id IN (
                SELECT due.id FROM (
                    SELECT one.id, row_number()
                        OVER (PARTITION BY webhook.id ORDER BY one.next_at) AS place
                    FROM jobs_webhook AS webhook CROSS JOIN LATERAL (
                        SELECT id, next_at FROM jobs_delivery
                        WHERE webhook_id = webhook.id AND next_at <= statement_timestamp()
                        ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED
                    ) AS one
                    WHERE webhook.disabled_at IS NULL AND webhook.deleted_at IS NULL
                        AND coalesce(webhook.rests_until <= statement_timestamp(), TRUE)
                        AND webhook.id <> ALL (%s::uuid[])
                ) AS due ORDER BY place, random() LIMIT %s
            ) RETURNING *
            """,
            [HOLD, EACH, [pk for pk, n in busy.items() if n >= EACH], SLOTS - len(flying)],
        )
    )
    prefetch_related_objects(claimed, "webhook")
    return claimed


def record(delivery: Delivery, outcome: Outcome) -> None:
    """Write down one try, and what follows from it."""
    kept = {"at": outcome.at, "seconds": outcome.seconds, "status": outcome.status}
    with transaction.atomic():
        DeliveryTry.objects.create(
            delivery=delivery, answer=outcome.answer, error=outcome.error, **kept
        )
        mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
        mine.update(**_what_follows(delivery, outcome))
        if delivery.webhook.url:  # the one for the URLs of jobs answers for none of them
            _judge(delivery.webhook, outcome)


def purge(older_than: timedelta = timedelta(days=7), batch: int = 500) -> int:
    """Delete old deliveries with their tries, and webhooks that were removed long ago."""
    deleted = 0
    while True:
        old = Delivery.objects.filter(created_at__lte=Now() - older_than)
        some = list(old.order_by("created_at").values_list("pk", flat=True)[:batch])
        Delivery.objects.filter(pk__in=some).delete()
        deleted += len(some)
        if len(some) < batch:
            break
    removed = Webhook.objects.filter(deleted_at__lte=Now() - older_than, deliveries=None)
    return deleted + removed.delete()[0]


def _rendered(claimed: Iterable[Delivery]) -> Iterator[Delivery]:
    """Pass deliveries on that have their payload; one that cannot be made fails like a try."""
    for delivery in claimed:
        try:
            with transaction.atomic():
                render(delivery)
        except OperationalError:
            raise  # the database is away: what was claimed is due again in a minute
        except Exception:
            log.exception("delivery %s cannot be rendered", delivery.pk)
            record(delivery, Outcome(at=timezone.now(), seconds=0, error=UNRENDERED))
        else:
            yield delivery


def _landed(flying: Flying) -> Iterator[tuple[Delivery, Outcome]]:
    done, _ = wait(flying, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
    for future in done:
        yield flying.pop(future), future.result()


def _what_follows(delivery: Delivery, outcome: Outcome) -> dict[str, Any]:
    if outcome.is_delivered:
        return {"next_at": None, "delivered_at": Now()}
    pause = wait_after(delivery.attempts - delivery.excused)
    if outcome.is_gone or pause is None:
        return {"next_at": None}
    return {"next_at": Now() + max(pause, outcome.asked)}


def _judge(webhook: Webhook, outcome: Outcome) -> None:
    mine = Webhook.objects.filter(pk=webhook.pk)
    if outcome.is_delivered:
        mine.filter(failures__gt=0).update(**UNTRIED)
        return
    mine.update(
        failures=F("failures") + 1,
        failing_since=Coalesce("failing_since", Now()),
        rests_until=timezone.now() + max(rest_after(webhook.failures + 1), outcome.asked),
    )
    if outcome.is_gone:
        disable(webhook, "The receiver responded 410 Gone.")
    else:
        disable_if_failing_for_long(webhook)
