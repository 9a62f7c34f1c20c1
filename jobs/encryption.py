"""Encryption of secrets that the server must read again, such as signing secrets.

A copy of the database or of a backup alone does not reveal them: the keys are in the settings.
Fernet (github.com/fernet/spec): AES-128-CBC with HMAC-SHA256.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from jobs.errors import AttemptError

PURPOSE = b"conveyor sealed secrets"
"""Makes our key differ from other keys that are derived from the same text."""
MAX_CIPHERTEXT_LENGTH = 300
"""Characters of a column that can store any of our secrets, encrypted."""


class DecryptionFailed(AttemptError):
    """A secret was encrypted with a key that is no longer in the settings."""

    code = "secret_cannot_be_opened"

    def __init__(self) -> None:
        super().__init__(
            "The stored secret cannot be decrypted: SEALING_KEYS lacks its encryption key. "
            "Ask an operator to add that key, or rotate the secret twice."
        )


def encrypt(secret: str) -> str:
    """Encrypt a secret with the newest key."""
    return _keys().encrypt(secret.encode()).decode()


def decrypt(ciphertext: str) -> str:
    """Decrypt a secret with whichever key fits; raises `DecryptionFailed`."""
    try:
        return _keys().decrypt(ciphertext).decode()
    except InvalidToken:
        raise DecryptionFailed from None


def reencrypt(ciphertext: str) -> str:
    """Return the same secret, encrypted with the newest key; raises `DecryptionFailed`."""
    try:
        return _keys().rotate(ciphertext).decode()
    except InvalidToken:
        raise DecryptionFailed from None


def _keys() -> MultiFernet:
    return MultiFernet([_derive_key(text) for text in settings.SEALING_KEYS])


def _derive_key(text: str) -> Fernet:
    # The text is as long and random as a SECRET_KEY, so a fast hash is enough.
    derived = hashlib.blake2b(text.encode(), key=PURPOSE, digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
