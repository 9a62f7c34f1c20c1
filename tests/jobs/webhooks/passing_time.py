"""Time that passes for deliveries."""

from datetime import timedelta

from django.db.models import F

from jobs.models import Delivery, Webhook


def let_time_pass(time: timedelta = timedelta(days=1)) -> None:
    """Make due what is to be tried within this time."""
    Delivery.objects.filter(next_at__isnull=False).update(next_at=F("next_at") - time)
    Webhook.objects.filter(backoff_until__isnull=False).update(backoff_until=None)
