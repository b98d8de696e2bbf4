"""`manage.py import_figures SERIES FILE`: check figures of a series and write them, all or nothing; with --dry-run only check."""

import argparse
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.actions.importing import (
    CellError,
    Checked,
    FiguresFile,
    check_figures,
    import_at_once,
    read_figures,
    value_of,
    year_of,
)
from reports.imports import as_json, checked_rows
from reports.models import Series
from tracker.commands import person, taipei_today, write_json
from tracker.containers import FileRefused
from tracker.models import User


def total(text: str) -> tuple[int, Decimal]:
    """A printed total, such as 2024=1118 or 113=1118, for ``argparse``.

    :raises argparse.ArgumentTypeError: when it is none.
    """
    left, _sign, right = text.partition("=")
    year, value = year_of(left, today=taipei_today()), value_of(right)
    for found in (year, value):
        if isinstance(found, CellError):
            raise argparse.ArgumentTypeError(f"{text}: {found}")
    assert isinstance(year, int) and isinstance(value, Decimal)  # noqa: S101 - narrows the type
    return year, value


class Command(BaseCommand):
    help = (
        "Check figures of one series (CSV, XLSX, ODS) and write them, all or nothing. With --dry-run say what every row "
        "would do and write nothing. A figure that differs from the books is corrected, with --reason. Exits 1 when the "
        "file or a row is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("series", metavar="SERIES", help="code of the series")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only check")
        parser.add_argument("--by", default="", metavar="USER", help="who imports; needed unless --dry-run")
        parser.add_argument("--total", action="append", type=total, default=[], metavar="YEAR=NUMBER")
        parser.add_argument("--note", default="", help="why the figures do not add up to a printed total")
        parser.add_argument("--reason", default="", help="why figures are corrected")
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
        series = Series.objects.filter(code=options["series"]).first()
        if series is None:
            known = ", ".join(Series.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"there is no series {options['series']}; there are: {known}")
        asked: dict[str, Any] = {
            "file": self._read(options["file"]),
            "series": series,
            "stated": dict(options["total"]),
        }
        if by is None or options["dry_run"]:
            return check_figures(**asked), None
        said = {"note": options["note"], "reason": options["reason"]}
        checked, batch = import_at_once(by=by, today=taipei_today(), **asked, **said)
        return checked, str(batch.pk) if batch else None

    def _read(self, path: Path) -> FiguresFile:
        try:
            with path.open("rb") as file:
                return read_figures(file, path.name, today=taipei_today())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _tell(self, checked: Checked, is_applied: bool) -> None:
        for row in checked_rows(checked.rows):
            for problem in row.problems:
                place = _("Line %(line)s") % {"line": row.line} + (problem.column and f", {problem.column}")
                self.stderr.write(f"{place}: {problem.words}")
            for column, was, now in row.changes:
                self.stdout.write(f"{row.partner} {row.title} {column}: {was or '—'} → {now or '—'}")
        self.stdout.write(", ".join(f"{outcome} {count}" for outcome, count in checked.counts.items()))
        for one in checked.totals:
            told = f"{one.counted_words or '—'} / {one.stated_words} ({one.difference_words or '?'})"
            self.stdout.write(f"{one.year_words}: {told}")
        if is_applied:
            self.stdout.write(_("Written."))
            return
        if not checked.has_errors and not checked.has_work:
            self.stdout.write(_("Every figure is in the books already; there is nothing to import."))
        self.stdout.write(_("Nothing written."))
