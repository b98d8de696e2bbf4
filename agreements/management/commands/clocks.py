"""`manage.py clocks --today DAY`: the statutory clocks of every agreement."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Prefetch

from agreements.actions.filing import file_of
from agreements.clocks import Clock, clocks_of
from agreements.figures import counted
from agreements.models import Agreement, Milestone
from tracker.commands import day, iso, taipei_today, write_json
from tracker.preferences import holiday_roll, working_calendar


class Command(BaseCommand):
    help = "List every running, met and missed clock; --all adds those not started and those that cannot be said."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=day, metavar="DAY", help="default: today")
        parser.add_argument("--all", action="store_true", help="with those not started and unknown, and why")
        parser.add_argument("--with-samples", action="store_true", help="with the fictional samples")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or taipei_today()
        calendar, roll = working_calendar(), holiday_roll()
        # Only what had happened by that day counts: a clock stopped later was still running.
        standing = Milestone.objects.filter(withdrawn_at=None, counted_to__lte=today).order_by("order", "id")
        files = counted(None, with_samples=options["with_samples"]).order_by("number")
        found = []
        for agreement in files.prefetch_related(
            Prefetch("milestones", queryset=standing, to_attr="standing")
        ):
            file = file_of(agreement, agreement.standing)
            for clock in clocks_of(file, today=today, calendar=calendar, roll=roll):
                if options["all"] or clock.state in ("running", "met", "missed"):
                    found.append(row_of(agreement, clock))
        if options["format"] == "json":
            write_json(found, self.stdout)
            return
        for row in found:
            self.stdout.write(f"{row['agreement']} {row['code']} {row['state']:12} {row['due_on'] or '-'}")


def row_of(agreement: Agreement, clock: Clock) -> dict[str, Any]:
    """One clock as the scripts read it."""
    return {
        "agreement": agreement.number,
        "code": clock.code,
        "provision": str(clock.basis),
        "started_on": iso(clock.started_on),
        "raw_due_on": iso(clock.raw_due_on),
        "due_on": iso(clock.due_on),
        "state": clock.state,
        "stopped_on": clock.stopped_on.iso or None,
        "reason": str(clock.reason),
    }
