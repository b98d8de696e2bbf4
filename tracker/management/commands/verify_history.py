"""`manage.py verify_history`: walk the chains of the history from their first row and say whether anything was bent."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker import alerts, checkpoints, checkups, looks
from tracker.audit import HISTORY
from tracker.chains import CHAINS, Verdict
from tracker.checkpoints import Checkpoint, CheckpointRefused
from tracker.commands import write_json


class Command(BaseCommand):
    help = "Recompute every digest of the history and compare with what was noted earlier; exit 1 when it was bent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            metavar="FILE",
            help="a signed checkpoint that the history must go through; may be given several times",
        )
        parser.add_argument(
            "--public-key", metavar="FILE", help="checks signatures, in place of CHECKPOINT_PUBLIC_KEY"
        )
        parser.add_argument(
            "--no-record", action="store_true", help="write nothing: for an account that only reads"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        signed = [self._checkpoint(Path(name), options["public_key"]) for name in options["checkpoint"]]
        verdicts = {name: self._walk(name, signed) for name in CHAINS}
        incomplete = looks.first_incomplete()
        is_well = incomplete is None and all(verdict.intact for verdict in verdicts.values())
        if not options["no_record"]:
            self._record(verdicts, incomplete, is_well=is_well)
        if options["format"] == "json":
            write_json(_as_json(verdicts, incomplete), self.stdout)
        else:
            self.stdout.write("\n".join(_lines(verdicts, incomplete)))
        if not is_well:
            sys.exit(1)

    def _checkpoint(self, place: Path, key_file: str | None) -> Checkpoint:
        """:raises CommandError: when it cannot be read, or its signature cannot be checked or does not fit."""
        try:
            pem = Path(key_file).read_text("utf-8") if key_file else settings.CHECKPOINT_PUBLIC_KEY
            if not pem:
                raise CommandError("there is no key to check the signature: give --public-key")
            found = checkpoints.read(place.read_text("utf-8"))
            checkpoints.check(found, checkpoints.public_key(pem))
        except (CheckpointRefused, OSError) as refused:
            raise CommandError(f"{place.name}: {refused}") from refused
        return found

    def _walk(self, name: str, signed: list[Checkpoint]) -> Verdict:
        noted = checkpoints.heads_of(name, signed)
        if known := checkups.noted_head(name):
            noted.append(known)
        return CHAINS[name].walk(noted)

    def _record(self, verdicts: dict[str, Verdict], incomplete: int | None, *, is_well: bool) -> None:
        now = timezone.now()
        detail = "; ".join(_lines(verdicts, incomplete))
        checkups.note(checkups.HISTORY, is_well=is_well, detail=detail, at=now)
        if not is_well:
            alerts.raise_alert("history", "history_bent", "the history was bent: run verify_history")
            return
        for name, verdict in verdicts.items():
            checkups.note_head(name, verdict.head, at=now)


def _lines(verdicts: dict[str, Verdict], incomplete: int | None) -> list[str]:
    """One line a chain."""
    told = []
    for name, verdict in verdicts.items():
        where = "" if name == HISTORY.name else f"{name}: "
        if verdict.intact:
            told.append(f"{where}{verdict.entries} entries, intact")
        else:
            told.append(f"{where}broken at entry {verdict.first_broken} ({verdict.fault})")
    return [
        *told,
        *([f"looks: the keys of look {incomplete} are not those it was written with"] if incomplete else []),
    ]


def _as_json(verdicts: dict[str, Verdict], incomplete: int | None) -> dict[str, Any]:
    """The history itself at the top, the other chains under their names."""
    told = {
        name: {
            "entries": verdict.entries,
            "intact": verdict.intact,
            "first_broken": verdict.first_broken,
            "fault": verdict.fault,
        }
        for name, verdict in verdicts.items()
    }
    first = told.pop(HISTORY.name)
    return first | {"chains": told, "looks_incomplete": incomplete}
