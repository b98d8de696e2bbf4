"""`manage.py import_cases FILE`: check a case log and write it, all or nothing; with --dry-run only check it."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.actions.importing import MEASURES, Checked, LogFile, check_log, import_at_once, read_log
from cases.imports import as_json, checked_rows
from tracker.commands import person, taipei_today, write_json
from tracker.containers import FileRefused
from tracker.models import User


def total(text: str) -> tuple[str, int]:
    """A total counted elsewhere, such as cases=120, for ``argparse``.

    :raises argparse.ArgumentTypeError: when it is none.
    """
    measure, _sign, number = text.partition("=")
    if measure not in MEASURES or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"write one of {', '.join(MEASURES)} and a number, as in cases=120")
    return measure, int(number)


class Command(BaseCommand):
    help = (
        "Check a case log (CSV, XLSX, ODS) and write it, all or nothing. With --dry-run say what every row would do "
        "and write nothing. Exits 1 when the file or a row is refused. Persons are not imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only check")
        parser.add_argument("--by", default="", metavar="USER", help="who imports; needed unless --dry-run")
        parser.add_argument("--total", action="append", type=total, default=[], metavar="MEASURE=NUMBER")
        parser.add_argument("--note", default="", help="why the file does not add up to a total")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"] and not options["by"]:
            raise CommandError("say who imports: --by USER, or only check: --dry-run")
        by = person(options["by"]) if options["by"] else None
        try:
            checked, batch = self._import(by, options)
        except FileRefused as refused:
            if options["format"] == "json":
                write_json({"refused": True, "reason": str(refused)}, self.stdout)
            self.stderr.write(str(refused))
            sys.exit(1)
        if options["format"] == "json":
            write_json(as_json(checked) | {"applied": batch is not None, "batch": batch}, self.stdout)
        else:
            self._tell(checked, batch is not None)
        if checked.has_errors:
            sys.exit(1)

    def _import(self, by: User | None, options: Mapping[str, Any]) -> tuple[Checked, str | None]:
        """The check, and the key of the batch that was written, if any."""
        file, stated = self._read(options["file"]), dict(options["total"])
        if by is None or options["dry_run"]:
            return check_log(by=by, file=file, stated=stated), None
        checked, batch = import_at_once(
            by=by, file=file, stated=stated, today=taipei_today(), note=options["note"]
        )
        return checked, str(batch.pk) if batch else None

    def _read(self, path: Path) -> LogFile:
        try:
            with path.open("rb") as file:
                return read_log(file, path.name, today=taipei_today())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _tell(self, checked: Checked, is_applied: bool) -> None:
        for row in checked_rows(checked.rows):
            for problem in row.problems:
                place = _("Line %(line)s") % {"line": row.line} + (problem.column and f", {problem.column}")
                self.stderr.write(f"{place}: {problem.words}")
            for column, was, now in row.changes:
                self.stdout.write(f"{row.number} {column}: {was or '—'} → {now}")
        self.stdout.write(", ".join(f"{outcome} {count}" for outcome, count in checked.counts.items()))
        for one in checked.totals:
            self.stdout.write(f"{one.measure_words}: {one.counted} / {one.stated} ({one.difference:+})")
        self.stdout.write(_("Written.") if is_applied else _("Nothing written."))
