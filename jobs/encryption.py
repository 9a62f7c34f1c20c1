"""Secrets that must be read again, such as those that sign, sealed before they are stored.

Whoever gets hold of the database alone, or of a backup, cannot read them: the keys are in the
settings. Fernet (github.com/fernet/spec): AES-128-CBC with HMAC-SHA256.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from jobs.errors import AttemptError

PURPOSE = b"conveyor sealed secrets"
"""Makes our key another than what the same text is used for elsewhere."""
LENGTH = 300
"""Characters of a column that hold any of our secrets, sealed."""


class CannotBeOpened(AttemptError):
    """A secret was sealed with a key that the settings do not have any more."""

    code = "secret_cannot_be_opened"

    def __init__(self) -> None:
        super().__init__(
            "The stored secret cannot be decrypted: SEALING_KEYS lacks its encryption key. "
            "Ask an operator to add that key, or rotate the secret twice."
        )


def seal(secret: str) -> str:
    """Seal a secret, with the newest key."""
    return _keys().encrypt(secret.encode()).decode()


def opened(sealed: str) -> str:
    """Give the secret again; raise `CannotBeOpened`."""
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken:
        raise CannotBeOpened from None


def sealed_anew(sealed: str) -> str:
    """Seal with the newest key what any key has sealed; raise `CannotBeOpened`."""
    try:
        return _keys().rotate(sealed).decode()
    except InvalidToken:
        raise CannotBeOpened from None


def _keys() -> MultiFernet:
    return MultiFernet([_key(text) for text in settings.SEALING_KEYS])


def _key(text: str) -> Fernet:
    # of a text as long and random as a SECRET_KEY, so a fast hash does
    derived = hashlib.blake2b(text.encode(), key=PURPOSE, digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
