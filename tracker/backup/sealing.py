"""Files sealed under a key: AES-256-GCM in pieces, so that a file of any size is written and read as it comes.

Each file has a key of its own, drawn from the backup's key, from random bytes at its beginning and from its place in the
backup: pieces cannot be dropped, doubled, moved or taken from another file without being found.
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"MLAB0001"
SALT_BYTES, TAG_BYTES = 32, 16
PIECE = 1024 * 1024


class Unsealable(Exception):
    """A sealed file that does not open: it was damaged, belongs elsewhere, or has another key."""


def _cipher(key: bytes, salt: bytes, place: str) -> AESGCM:
    own = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"mla-tracker backup " + place.encode()).derive(
        key
    )
    return AESGCM(own)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def seal(pieces: Iterable[bytes], to: BinaryIO, key: bytes, place: str) -> None:
    """Write ``pieces``, each at most PIECE long and all but the last exactly so, as a sealed file."""
    salt = os.urandom(SALT_BYTES)
    cipher = _cipher(key, salt, place)
    to.write(MAGIC + salt)
    held, number = b"", 0
    for piece in pieces:
        if number or held:
            to.write(cipher.encrypt(_nonce(number, is_last=False), held, MAGIC))
            number += 1
        held = piece
    to.write(cipher.encrypt(_nonce(number, is_last=True), held, MAGIC))


def unseal(file: BinaryIO, key: bytes, place: str) -> Iterator[bytes]:
    """The pieces of a sealed file; trust none of them before the last one came.

    :raises Unsealable: as soon as a piece does not fit.
    """
    head = file.read(len(MAGIC) + SALT_BYTES)
    if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
        raise Unsealable(place)
    cipher = _cipher(key, head[len(MAGIC) :], place)
    number, piece = 0, file.read(PIECE + TAG_BYTES)
    while True:
        following = file.read(PIECE + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), piece, MAGIC)
        except (InvalidTag, ValueError) as fault:
            raise Unsealable(place) from fault
        if not following:
            return
        number, piece = number + 1, following
