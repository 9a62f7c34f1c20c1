"""`manage.py rotate_encryption_keys`: encrypts stored secrets with the newest of SEALING_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jobs.encryption import DecryptionFailed, reencrypt
from jobs.models import Webhook

COLUMNS = ("encrypted_secret", "previous_encrypted_secret")


class Command(BaseCommand):
    """Afterwards the older keys are no longer needed."""

    help = (
        "Encrypt the secrets of webhooks with the newest of SEALING_KEYS. "
        "Afterwards you can remove the older keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt each webhook's secrets under a row lock: its owner may rotate them meanwhile."""
        failures = 0
        pks = list(Webhook.objects.values_list("pk", flat=True))
        for pk in pks:
            with transaction.atomic():
                webhook = Webhook.objects.select_for_update().filter(pk=pk).first()
                failures += webhook is not None and not _reencrypt(webhook)
        self.stdout.write(f"The secrets of {len(pks) - failures} webhooks were encrypted again.")
        if failures:
            raise CommandError(
                f"{failures} webhooks have a secret that none of SEALING_KEYS decrypts. "
                "Add the key that encrypted them, or ask their owners to rotate them twice."
            )


def _reencrypt(webhook: Webhook) -> bool:
    """Encrypt both secrets with the newest key, and return whether they could be decrypted."""
    try:
        for column in COLUMNS:
            if ciphertext := getattr(webhook, column):
                setattr(webhook, column, reencrypt(ciphertext))
    except DecryptionFailed:
        return False
    webhook.save(update_fields=COLUMNS)
    return True
