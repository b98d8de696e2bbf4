"""Heads of the chains, signed and kept elsewhere: what shows that all of a history was written anew.

A checkpoint is a small JSON file. Whoever holds one and the public key can prove that the chains still go through it; whoever
owns the database can forge neither without the private key, which therefore lies best on another machine.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tracker.chains import CANONICAL, CHAINS, Head

FORMAT = 1
ENDING = ".checkpoint.json"
LEEWAY = timedelta(minutes=5)
"""So far the clocks of two machines may differ."""


class CheckpointRefused(Exception):
    """A checkpoint or key that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of each chain at a moment, and the signature over both ("" before it is signed).

    One that is to be signed elsewhere tells in ``after`` the signature of the checkpoint with which the chains were compared.
    """

    at: datetime
    heads: Mapping[str, Head]
    key: str = ""
    signature: str = ""
    after: str = ""

    @property
    def signed_text(self) -> bytes:
        """What the signature is over."""
        return CANONICAL(self._content()).encode()

    def to_json(self) -> str:
        """The file: for people to read and to print, and for :func:`read`."""
        content = (
            self._content() | {"signature": self.signature} | ({"after": self.after} if self.after else {})
        )
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def _content(self) -> dict[str, Any]:
        heads = {name: [head.rows, head.last, head.digest] for name, head in sorted(self.heads.items())}
        return {"format": FORMAT, "at": self.at.astimezone(UTC).isoformat(), "heads": heads, "key": self.key}

    @property
    def file_name(self) -> str:
        """Sorted by name, files are sorted by moment."""
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}{ENDING}"


def take(at: datetime) -> Checkpoint:
    """The heads as they are now, unsigned. Two queries for each chain."""
    return Checkpoint(at, {name: chain.head() for name, chain in CHAINS.items()})


def read(text: str) -> Checkpoint:
    """The checkpoint that a file holds.

    :raises CheckpointRefused: when it holds none.
    """
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise CheckpointRefused("this file was written by another version")
        heads = {
            str(name): Head(int(rows), int(last), str(digest))
            for name, (rows, last, digest) in said["heads"].items()
        }
        moment = datetime.fromisoformat(said["at"])
        return Checkpoint(moment, heads, str(said["key"]), str(said["signature"]), str(said.get("after", "")))
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise CheckpointRefused("this file holds no checkpoint") from fault


def new_key() -> tuple[str, str]:
    """A private key and its public one, both as PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), public_pem(key.public_key())


def public_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def private_key(pem: str) -> Ed25519PrivateKey:
    """:raises CheckpointRefused: when the text is no Ed25519 private key; the message holds nothing of it."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError) as fault:
        raise CheckpointRefused("the key that signs is no private key in PEM") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise CheckpointRefused("the key that signs is no Ed25519 key")
    return key


def public_key(pem: str) -> Ed25519PublicKey:
    """:raises CheckpointRefused: when the text is no Ed25519 public key."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except ValueError as fault:
        raise CheckpointRefused("the key that checks is no public key in PEM") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise CheckpointRefused("the key that checks is no Ed25519 key")
    return key


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> Checkpoint:
    """The same, signed."""
    named = replace(checkpoint, key=name_of(key.public_key()), after="")
    return replace(named, signature=base64.b64encode(key.sign(named.signed_text)).decode())


def name_of(key: Ed25519PublicKey) -> str:
    """A short name by which a key is told from another."""
    return hashlib.sha256(public_pem(key).encode()).hexdigest()[:16]


def check(checkpoint: Checkpoint, key: Ed25519PublicKey) -> None:
    """:raises CheckpointRefused: when the signature is missing, or not over this, or not by this key."""
    try:
        key.verify(base64.b64decode(checkpoint.signature, validate=True), checkpoint.signed_text)
    except (InvalidSignature, binascii.Error, ValueError) as fault:
        raise CheckpointRefused(
            "the signature does not fit: the file was changed, or another key signed it"
        ) from fault


def newest_in(folder: Path, key: Ed25519PublicKey, now: datetime, *, may_begin: bool) -> Checkpoint | None:
    """The newest checkpoint in a folder; None when there is none, or no folder yet, and with it one may begin.

    Whoever may only add files must not hide the newest one behind another, so the last file by name is believed only when
    this key signed it, for a moment that has come, and when it has the name of that moment.

    :raises CheckpointRefused: when it is not believed, or none is there and one may not begin.
    :raises OSError: when the folder cannot be listed, or is missing and one may not begin.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    except FileNotFoundError:
        if not may_begin:
            raise
        return None
    if not files:
        if not may_begin:
            raise CheckpointRefused("the folder holds none, though there was one: --anew begins without it")
        return None
    found = read(files[-1].read_text("utf-8", "replace"))
    check(found, key)
    if found.file_name != files[-1].name:
        raise CheckpointRefused("the file has another name than it was written under")
    if found.at > now + LEEWAY:
        raise CheckpointRefused("its moment lies in the future")
    return found


def keep(checkpoint: Checkpoint, folder: Path) -> Path:
    """Write it as a new file; no file that is there is written over.

    :raises OSError: when the folder takes none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / checkpoint.file_name
    with place.open("x", encoding="utf-8") as file:
        file.write(checkpoint.to_json())
    return place


def contradiction(earlier: Checkpoint | None, later: Checkpoint, now: datetime) -> str:
    """Why a checkpoint may not follow an earlier one, as far as they tell without the rows between; "" when it may."""
    if later.at > now + LEEWAY:
        return "its moment lies in the future"
    if earlier is not None and not _goes_on(earlier, later):
        return f"it contradicts the checkpoint of {earlier.at.isoformat()}"
    if later.after != (earlier.signature if earlier else ""):
        there = (
            f"the checkpoint of {earlier.at.isoformat()}: hand that back" if earlier else "any that is here"
        )
        return f"the history was not compared with {there}"
    return ""


def _goes_on(earlier: Checkpoint, later: Checkpoint) -> bool:
    return later.at >= earlier.at and all(
        (there := later.heads.get(name, Head())).rows > head.rows or there == head
        for name, head in earlier.heads.items()
    )


def bent(checkpoint: Checkpoint) -> list[str]:
    """The chains that do not go through it any more. Two queries for each; the rows before are not looked at."""
    heads = checkpoint.heads.items()
    return [name for name, head in heads if name not in CHAINS or not CHAINS[name].stands(head)]


def heads_of(chain: str, checkpoints: Iterable[Checkpoint]) -> list[Head]:
    """What checkpoints say of one chain."""
    return [one.heads[chain] for one in checkpoints if chain in one.heads]
