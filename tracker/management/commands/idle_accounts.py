"""`manage.py idle_accounts [--apply]`: switches off the accounts that nobody used for ninety days."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.commands import taipei_today
from tracker.people.actions import idle_people, switch_off_idle


class Command(BaseCommand):
    help = "Names the accounts that nobody used for ninety days; with --apply they are switched off, each with an entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="switch them off (default: only name them)")

    def handle(self, *args: Any, **options: Any) -> None:
        today = taipei_today()
        people = switch_off_idle(by=None, today=today) if options["apply"] else idle_people(today=today)
        for person in people:
            last = person.last_login.date().isoformat() if person.last_login else "never"
            self.stdout.write(f"{person.username}: last sign-in {last}")
        done = "switched off" if options["apply"] else "would be switched off (--apply does it)"
        self.stdout.write(f"{len(people)} unused accounts {done}")
