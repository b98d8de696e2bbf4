"""Texts that lie encrypted in the database, under the keys of ``PERSON_KEYS`` (AES-256-GCM): names of persons, and what
was typed and not sent, which may hold such names. The first key encrypts, all decrypt.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

FORMAT = b"\x01"
"""First byte of a sealed text: AES-256-GCM, after it the key's id, the nonce, the encrypted text with its tag."""
ID_BYTES, NONCE_BYTES = 4, 12


class CannotBeRead(Exception):
    """No key that this server has opens the text."""


@sensitive_variables()
def seal_text(text: str, *, bound_to: str) -> bytes:
    """The text encrypted under the first key; it opens only for what it is ``bound_to``, so that it cannot be put elsewhere.

    A name is bound to its case and part, and what was typed to its row and writer.
    """
    key = settings.PERSON_KEYS[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    header = FORMAT + _id_of(key)
    return header + nonce + AESGCM(key).encrypt(nonce, text.encode(), header + bound_to.encode())


@sensitive_variables()
def open_text(sealed: bytes, *, bound_to: str) -> str:
    """The text in the clear.

    :raises CannotBeRead: when no key opens it, or it was tampered with.
    """
    start = len(FORMAT) + ID_BYTES
    header, nonce, text = sealed[:start], sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
    for key in settings.PERSON_KEYS:
        if header == FORMAT + _id_of(key):
            try:
                return AESGCM(key).decrypt(nonce, text, header + bound_to.encode()).decode()
            except (InvalidTag, ValueError):
                continue
    raise CannotBeRead


def is_under_first_key(sealed: bytes) -> bool:
    """Whether it was encrypted with the key that encrypts now; a new key needs no such row to be rewritten."""
    return sealed.startswith(FORMAT + _id_of(settings.PERSON_KEYS[0]))


def _id_of(key: bytes) -> bytes:
    """A short name of the key, which says nothing of it."""
    return hmac.digest(key, b"id of a key for names of persons", "sha256")[:ID_BYTES]
