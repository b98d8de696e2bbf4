"""`manage.py checkpoint`: note how far the history has come, signed, where whoever owns the database does not write.

In one step on one machine, or in three with the key on another one: ``--export`` here, ``--sign`` there, and what was
signed back into CHECKPOINT_DIR here, with which the next ``--export`` compares the history.
"""

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker import alerts, checkpoints, checkups
from tracker.checkpoints import Checkpoint, CheckpointRefused


class Command(BaseCommand):
    help = "Note the heads of the history, signed, in CHECKPOINT_DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--export",
            action="store_true",
            help="compare with the last checkpoint that came back, and write the heads unsigned to standard output",
        )
        how.add_argument(
            "--sign", metavar="FILE", help="sign exported heads (- for standard input); needs no database"
        )
        how.add_argument(
            "--new-key", metavar="FILE", help="make a private key in FILE and the public in FILE.pub"
        )
        how.add_argument(
            "--anew", action="store_true", help="begin in a folder without a checkpoint, though there was one"
        )
        parser.add_argument("--to", metavar="DIR", help="where checkpoints lie, in place of CHECKPOINT_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_key"]:
                self._make_key(Path(options["new_key"]))
            elif options["export"]:
                self._export(options["to"] or settings.CHECKPOINT_DIR)
            elif options["sign"]:
                self._sign(options["sign"], self._folder(options["to"]))
            else:
                self._take(self._folder(options["to"]), is_anew=options["anew"])
        except (CheckpointRefused, OSError) as refused:
            raise CommandError(str(refused)) from refused

    def _folder(self, given: str | None) -> Path:
        if not (place := given or settings.CHECKPOINT_DIR):
            raise CommandError("say where to write it: set CHECKPOINT_DIR or give --to")
        return Path(place)

    def _make_key(self, place: Path) -> None:
        private, public = checkpoints.new_key()
        place.touch(mode=0o600, exist_ok=False)
        place.write_text(private, "utf-8")
        place.with_name(f"{place.name}.pub").write_text(public, "utf-8")
        self.stdout.write(public, ending="")

    def _export(self, place: str) -> None:
        """On the machine of the database, without the key that signs: what the other machine is to sign.

        Whether it may begin without a checkpoint is for that one to say, which keeps all that it signed.
        Well is what came back: when nothing does any more, the last one that did grows old.
        """
        now, earlier = timezone.now(), None
        heads = checkpoints.take(now)
        if place:
            earlier = self._last(Path(place), _key_that_checks(), now, may_begin=True)
        if earlier is not None:
            heads = replace(heads, after=earlier.signature)
            checkups.note(checkups.CHECKPOINT, is_well=True, detail="", at=earlier.at)
        self.stdout.write(heads.to_json(), ending="")

    def _sign(self, name: str, folder: Path) -> None:
        """On the machine that has the key: it signs nothing that contradicts what it signed before."""
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        key, exported, now = _key_that_signs(), checkpoints.read(text), timezone.now()
        try:
            earlier = checkpoints.newest_in(folder, key.public_key(), now, may_begin=True)
        except (CheckpointRefused, OSError) as refused:
            _tell_unbelieved()
            raise CommandError(f"not signed: the newest checkpoint is not believed: {refused}") from refused
        if why := checkpoints.contradiction(earlier, exported, now):
            alerts.raise_alert("checkpoint", "checkpoint_refused", "an exported checkpoint was not signed")
            raise CommandError(f"not signed: {why}")
        self._keep(exported, key, folder)

    def _take(self, folder: Path, *, is_anew: bool) -> None:
        """On the machine of the database: it signs nothing when the chains do not go through the newest one any more.

        After the first one a folder without any is refused too, as often as it is asked: its share may not be there.
        """
        key, now = _key_that_signs(), timezone.now()
        heads = checkpoints.take(now)
        may_begin = is_anew or not checkups.was_noted(checkups.CHECKPOINT)
        self._last(folder, key.public_key(), now, may_begin=may_begin)
        self._keep(heads, key, folder)
        checkups.note(checkups.CHECKPOINT, is_well=True, detail="", at=now)

    def _last(
        self, folder: Path, key: Ed25519PublicKey, now: datetime, *, may_begin: bool
    ) -> Checkpoint | None:
        """The newest checkpoint, which the chains still go through; the heads to be signed were taken before.

        :raises CommandError: when they do not, or it is not believed; both are noted and told.
        """
        try:
            earlier = checkpoints.newest_in(folder, key, now, may_begin=may_begin)
        except (CheckpointRefused, OSError) as refused:
            checkups.note(checkups.CHECKPOINT, is_well=False, detail="not believed", at=now)
            _tell_unbelieved()
            raise CommandError(f"not signed: the newest checkpoint is not believed: {refused}") from refused
        if bent := " ".join(checkpoints.bent(earlier)) if earlier else "":
            checkups.note(checkups.CHECKPOINT, is_well=False, detail=f"bent: {bent}", at=now)
            alerts.raise_alert(
                "checkpoint", "history_bent", "the history does not go through its last checkpoint"
            )
            raise CommandError(f"not signed: {bent} does not go through the last checkpoint any more")
        return earlier

    def _keep(self, checkpoint: Checkpoint, key: Ed25519PrivateKey, folder: Path) -> None:
        self.stdout.write(str(checkpoints.keep(checkpoints.sign(checkpoint, key), folder)))


def _key_that_signs() -> Ed25519PrivateKey:
    """:raises CommandError: when none is set."""
    if not settings.CHECKPOINT_KEY:
        raise CommandError("there is no key that signs: set CHECKPOINT_KEY_FILE (make one with --new-key)")
    return checkpoints.private_key(settings.CHECKPOINT_KEY)


def _key_that_checks() -> Ed25519PublicKey:
    """:raises CommandError: when none is set."""
    if not settings.CHECKPOINT_PUBLIC_KEY:
        raise CommandError("there is no key to check the last checkpoint: set CHECKPOINT_PUBLIC_KEY")
    return checkpoints.public_key(settings.CHECKPOINT_PUBLIC_KEY)


def _tell_unbelieved() -> None:
    alerts.raise_alert(
        "checkpoint", "checkpoint_refused", "the newest checkpoint in its folder is not believed"
    )
