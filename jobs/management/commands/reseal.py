"""`manage.py reseal`: seals the stored secrets with the newest of SEALING_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jobs.encryption import CannotBeOpened, sealed_anew
from jobs.models import Webhook

COLUMNS = ("sealed_secret", "former_sealed_secret")


class Command(BaseCommand):
    """Makes the older keys superfluous."""

    help = "Seal the secrets of webhooks with the newest of SEALING_KEYS; then drop the older ones."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal them, one by one: somebody may rotate one at the same time."""
        unopened = 0
        known = list(Webhook.objects.values_list("pk", flat=True))
        for pk in known:
            with transaction.atomic():
                found = Webhook.objects.select_for_update().filter(pk=pk).first()
                unopened += found is not None and not _reseal(found)
        self.stdout.write(f"{len(known) - unopened} webhooks sealed anew.")
        if unopened:
            raise CommandError(
                f"{unopened} webhooks have a secret that none of SEALING_KEYS opens. "
                "Add the key that sealed them, or have their owners rotate them twice."
            )


def _reseal(webhook: Webhook) -> bool:
    try:
        for column in COLUMNS:
            if sealed := getattr(webhook, column):
                setattr(webhook, column, sealed_anew(sealed))
    except CannotBeOpened:
        return False
    webhook.save(update_fields=COLUMNS)
    return True
