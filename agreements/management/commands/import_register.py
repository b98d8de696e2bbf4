"""`manage.py import_register [FILE]`: check a register file, and with --apply write it, all or nothing."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.importing import (
    Checked,
    RegisterFile,
    apply_import,
    check_file,
    keep_check,
    read_register,
)
from agreements.actions.loading import REGISTER, load_reference, note_on_totals
from agreements.imports import as_json, checked_rows
from tracker.commands import person, taipei_today, write_json
from tracker.containers import FileRefused
from tracker.models import User


class Command(BaseCommand):
    help = (
        "Check a register file (default: the project's own) and say what every row would do. With --apply write "
        "it, all or nothing, together with the partners, groups and stated figures of the project. "
        "Exits 1 when the file or a row is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=REGISTER, metavar="FILE")
        parser.add_argument("--apply", action="store_true", help="write what the check showed")
        parser.add_argument("--by", default="", metavar="USER", help="who imports; needed with --apply")
        parser.add_argument("--note", default="", help="why the file does not add up to a stated figure")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["apply"] and not options["by"]:
            raise CommandError("say who imports: --by USER")
        by = person(options["by"]) if options["by"] else None
        try:
            checked, batch = self._import(by, options)
        except FileRefused as refused:
            self._refuse(str(refused), options["format"])
            return
        is_applied = batch is not None
        if options["format"] == "json":
            write_json(as_json(checked, is_applied=is_applied, batch=batch), self.stdout)
        else:
            self._tell(checked, is_applied)
        if checked.has_errors:
            sys.exit(1)

    def _import(self, by: User | None, options: dict[str, Any]) -> tuple[Checked, str | None]:
        """The check, and the key of the batch that was written, if any."""
        today = taipei_today()
        file = self._read(options["file"])
        with transaction.atomic():
            load_reference(by=by)
            checked = check_file(by=by, file=file, today=today)
            if by is None or not options["apply"] or checked.has_errors:
                transaction.set_rollback(True)
                return checked, None
            if not checked.has_work:
                return checked, None
            batch = keep_check(by=by, checked=checked)
            apply_import(by=by, batch=batch, today=today, note=options["note"] or note_on_totals())
            return checked, str(batch.pk)

    def _read(self, path: Path) -> RegisterFile:
        try:
            with path.open("rb") as file:
                return read_register(file, path.name, today=taipei_today())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _refuse(self, reason: str, form: str) -> None:
        if form == "json":
            write_json({"refused": True, "reason": reason}, self.stdout)
        self.stderr.write(reason)
        sys.exit(1)

    def _tell(self, checked: Checked, is_applied: bool) -> None:
        for row in checked_rows(checked.rows):
            for problem in row.problems:
                place = _("Line %(line)s") % {"line": row.line} + (problem.column and f", {problem.column}")
                self.stderr.write(f"{place}: {problem.words}")
            for column, was, now in row.changes:
                self.stdout.write(f"{row.number} {column}: {was or '—'} → {now}")
        self.stdout.write(", ".join(f"{outcome} {count}" for outcome, count in checked.counts.items()))
        for total in checked.totals:
            self.stdout.write(
                f"{total.as_of} {total.measure}: {total.file_agreements} / {total.file_partners}; "
                f"{total.stated_agreements} / {total.stated_partners}; "
                f"{total.agreements_difference:+} / {total.partners_difference:+}"
            )
        self.stdout.write(_("Written.") if is_applied else _("Nothing written."))
