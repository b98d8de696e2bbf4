"""`manage.py send_digests`: tells everybody what changed and what waits, at most once a day. For a timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.actions import mail_digest, make_digest
from reports.rules import works_here
from tracker.commands import day, person, taipei_today, write_json
from tracker.models import User
from tracker.signin.actions import may_sign_in


class Command(BaseCommand):
    help = "Makes the digest of the day for every officer and supervisor and mails it. A second run sends nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=day, metavar="DAY", help="default: today")
        parser.add_argument("--person", type=person, metavar="NAME", help="only this person")
        parser.add_argument("--no-mail", action="store_true", help="make them without mailing")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["day"] or taipei_today()
        people = [options["person"]] if options["person"] else User.objects.filter(is_active=True)
        made = mailed = 0
        refused: list[str] = []
        for one in people:
            if not (may_sign_in(one) and works_here(one)):
                continue
            digest = make_digest(by=None, person=one, day=today)
            made += 1
            if options["no_mail"]:
                continue
            try:
                mailed += mail_digest(by=None, digest=digest)
            except OSError as error:
                refused.append(one.username)
                self.stderr.write(f"{one.username}: {error}")
        told = {"day": today.isoformat(), "digests": made, "mailed": mailed, "refused": refused}
        if options["format"] == "json":
            write_json(told, self.stdout)
        else:
            self.stdout.write(f"{made} digests of {today}, {mailed} mailed now")
        if refused:
            raise CommandError(f"{len(refused)} mails did not leave; run the command again.")
