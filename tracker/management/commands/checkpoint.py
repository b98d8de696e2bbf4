"""`manage.py checkpoint`: note how far the history has come, signed, where whoever owns the database does not write.

In one step on one machine, or in three with the key on another one: ``--export`` here, ``--sign`` there.
"""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker import alerts, checkpoints, checkups
from tracker.checkpoints import Checkpoint, CheckpointRefused


class Command(BaseCommand):
    help = "Note the heads of the history, signed, in CHECKPOINT_DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--export", action="store_true", help="write the heads unsigned to standard output")
        how.add_argument(
            "--sign", metavar="FILE", help="sign exported heads (- for standard input); needs no database"
        )
        how.add_argument(
            "--new-key", metavar="FILE", help="make a private key in FILE and the public in FILE.pub"
        )
        parser.add_argument("--to", metavar="DIR", help="where to write it, in place of CHECKPOINT_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_key"]:
                self._make_key(Path(options["new_key"]))
            elif options["export"]:
                self.stdout.write(checkpoints.take(timezone.now()).to_json(), ending="")
            elif options["sign"]:
                self._sign(options["sign"], self._folder(options["to"]))
            else:
                self._take(self._folder(options["to"]))
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

    def _sign(self, name: str, folder: Path) -> None:
        """On the machine that has the key: it signs nothing that contradicts what it signed before."""
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        exported, earlier = checkpoints.read(text), checkpoints.newest_in(folder)
        if earlier is not None and not checkpoints.goes_on(earlier, exported):
            raise CommandError(f"not signed: it contradicts the checkpoint of {earlier.at.isoformat()}")
        self._keep(exported, folder)

    def _take(self, folder: Path) -> None:
        """On the machine of the database: it signs nothing when the chains do not go through the newest one any more."""
        earlier, now = checkpoints.newest_in(folder), timezone.now()
        if bent := checkpoints.bent(earlier) if earlier else []:
            checkups.note(checkups.CHECKPOINT, is_well=False, detail=f"bent: {' '.join(bent)}", at=now)
            alerts.raise_alert(
                "checkpoint", "history_bent", "the history does not go through its last checkpoint"
            )
            raise CommandError(
                f"not signed: {' '.join(bent)} does not go through the last checkpoint any more"
            )
        self._keep(checkpoints.take(now), folder)
        checkups.note(checkups.CHECKPOINT, is_well=True, detail="", at=now)

    def _keep(self, checkpoint: Checkpoint, folder: Path) -> None:
        if not settings.CHECKPOINT_KEY:
            raise CommandError(
                "there is no key that signs: set CHECKPOINT_KEY_FILE (make one with --new-key)"
            )
        signed = checkpoints.sign(checkpoint, checkpoints.private_key(settings.CHECKPOINT_KEY))
        self.stdout.write(str(checkpoints.keep(signed, folder)))
