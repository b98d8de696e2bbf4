"""`manage.py sample_cases --count N --seed S`: adds fictional cases, for trying the system and for benchmarks."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from agreements.samples import load_sample_agreements
from cases.actions.sampling import add_sample_cases
from tracker.commands import day, taipei_today, write_json
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

STAFF = (Role.OFFICER, Role.SUPERVISOR)
FICTIONAL: tuple[tuple[str, str, Ministry, Role, Secrecy], ...] = (
    ("sample-mofa", "外交示例", Ministry.FOREIGN_AFFAIRS, Role.OFFICER, Secrecy.RESTRICTED),
    ("sample-supervisor", "主管示例", Ministry.JUSTICE, Role.SUPERVISOR, Secrecy.RESTRICTED),
    *(
        (f"sample-officer-{n}", f"承辦示例{n}", Ministry.JUSTICE, Role.OFFICER,
         Secrecy.SEALED if n == 1 else Secrecy.RESTRICTED)
        for n in range(1, 13)
    ),
)  # fmt: skip
"""Who carries the samples in a database without people; nobody can sign in as one of them."""


class Command(BaseCommand):
    help = (
        "Add visibly fictional cases with the fictional partners, on which they rest as the register says. A second "
        "run adds as many again. In a database without staff of both ministries fictional people are made first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True, metavar="N")
        parser.add_argument(
            "--seed", type=int, required=True, metavar="S", help="the same one, the same cases"
        )
        parser.add_argument("--until", type=day, metavar="DAY", help="the last day (default: today)")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IN_PRODUCTION:
            raise CommandError("Samples are not loaded with production settings (DEPLOYMENT=production).")
        if options["count"] < 1:
            raise CommandError("--count must be at least 1.")
        until = options["until"] or taipei_today()
        start = time.perf_counter()
        foreign, justice = people()
        load_sample_agreements(by=foreign, justice=justice, today=until)
        added = add_sample_cases(by=justice, count=options["count"], seed=options["seed"], until=until)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # so that the first pages already know what they look for
        seconds = time.perf_counter() - start
        told = {"added": added, "seconds": round(seconds, 1), "until": until, "seed": options["seed"]}
        if options["format"] == "json":
            write_json(told, self.stdout)
        else:
            self.stdout.write(f"{added} fictional cases added in {seconds:.1f} s")


def people() -> tuple[User, User]:
    """Somebody of foreign affairs, and somebody of justice as well cleared as there is: made up when there is none."""
    staff = User.objects.filter(is_active=True, role__in=STAFF).order_by("-clearance", "pk")
    ministries = set(staff.values_list("ministry", flat=True))
    for username, name, ministry, role, clearance in FICTIONAL:
        if ministry not in ministries:
            fields = {"name": name, "ministry": ministry, "role": role, "clearance": clearance}
            person, is_new = User.objects.get_or_create(username=username, defaults=fields)
            if is_new:
                person.set_unusable_password()
                person.save(update_fields=["password"])
    found = {person.ministry: person for person in reversed(staff.all())}
    return found[Ministry.FOREIGN_AFFAIRS], found[Ministry.JUSTICE]
