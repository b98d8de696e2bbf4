"""`manage.py demo`: prepares a database, loads the real register and fictional samples, and serves on this machine.

It stands in the topmost app because it loads all of them.
"""

import shutil
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import get_internal_wsgi_application, run
from django.db import connection

from agreements.actions.loading import load_register
from agreements.samples import load_sample_agreements
from cases.actions.letters import load_paragraphs
from cases.samples import load_sample_cards, load_samples
from reports.actions import load_indicators, load_recommendations
from reports.samples import load_sample_reports
from reports.worker import work_once
from tracker.commands import taipei_today, write_json
from tracker.models import Setting, User
from tracker.roles import Ministry, Role, Secrecy
from tracker.scanning.worker import Scans

MARK = "demo_database"
FOREIGN_AFFAIRS, JUSTICE = Ministry.FOREIGN_AFFAIRS, Ministry.JUSTICE
# One fictional person per role. The passwords are known to everyone: a demo database is for this machine only.
ACCOUNTS: tuple[tuple[str, str, str, Role, Ministry | str, str, Secrecy], ...] = (
    ("mofa-officer", "try-mofa-officer", "林示例", Role.OFFICER, FOREIGN_AFFAIRS, "條約法律司", Secrecy.RESTRICTED),
    ("mofa-supervisor", "try-mofa-supervisor", "吳示例", Role.SUPERVISOR, FOREIGN_AFFAIRS, "條約法律司", Secrecy.RESTRICTED),
    ("moj-officer", "try-moj-officer", "陳示例", Role.OFFICER, JUSTICE, "國際及兩岸法律司", Secrecy.RESTRICTED),
    ("moj-supervisor", "try-moj-supervisor", "黃示例", Role.SUPERVISOR, JUSTICE, "國際及兩岸法律司", Secrecy.RESTRICTED),
    ("auditor", "try-national-auditor", "張示例", Role.AUDITOR, "", "", Secrecy.INTERNAL),
    ("administrator", "try-administrator", "李示例", Role.ADMINISTRATOR, "", "", Secrecy.ORDINARY),
)  # fmt: skip


class Command(BaseCommand):
    help = "Prepare a database with the real register and fictional samples, print the sign-ins, and serve."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="prepare only")
        parser.add_argument("--reset", action="store_true", help="empty a demo database first")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IN_PRODUCTION:
            raise CommandError("The demo does not run with production settings (DEPLOYMENT=production).")
        refuse_foreign_database()
        if options["reset"]:
            empty_database()
        call_command("migrate", verbosity=0, interactive=False)
        people = make_accounts()
        Setting.objects.get_or_create(name=MARK, defaults={"value": "yes"})
        load_everything(people)
        url = f"http://127.0.0.1:{options['port']}/"
        self._tell(url, options["format"])
        if not options["no_serve"]:
            self._serve(options["port"])

    def _tell(self, url: str, form: str) -> None:
        accounts = [
            {"username": username, "password": password, "role": role.value, "ministry": str(ministry)}
            for username, password, _name, role, ministry, _desk, _clearance in ACCOUNTS
        ]
        if form == "json":
            write_json({"url": url, "accounts": accounts}, self.stdout)
        else:
            self.stdout.write(f"\n  {url}\n")
            self.stdout.write("  Sign in with a password alone (a demo: no second factor):\n")
            for account in accounts:
                belongs = f"{account['ministry'] or '-':16} {account['role']}"
                self.stdout.write(f"  {account['username']:18} {account['password']:24} {belongs}")
            self.stdout.write("")
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        # A thread ends with the process, however that ends; a real worker is `manage.py work`.
        threading.Thread(target=work_beside, daemon=True).start()
        try:
            run("127.0.0.1", port, get_internal_wsgi_application(), threading=True)
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}): choose another with --port."
            ) from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")


def work_beside() -> None:
    """Carry out long exports beside the server, and have files scanned where a scanner is set, as long as it runs."""
    scans = Scans()
    while True:
        try:
            did = work_once() is not None
            if not (scans.scan_once() or did):
                time.sleep(1)
        finally:
            connection.close()


def refuse_foreign_database() -> None:
    """Leave a database alone that has people in it and was not made by this command.

    :raises CommandError: for such a database.
    """
    tables = connection.introspection.table_names()
    if User._meta.db_table not in tables:
        return
    is_marked = Setting._meta.db_table in tables and Setting.objects.filter(name=MARK).exists()
    if User.objects.exists() and not is_marked:
        raise CommandError("This database has people in it and is not a demo: give another in DATABASE_URL.")


def empty_database() -> None:
    """Throw away the demo's database and documents; the caller has checked that it is a demo's."""
    if connection.vendor == "sqlite":
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def make_accounts() -> dict[str, User]:
    """One fictional person per role, with the same password on every run."""
    people = {}
    for username, password, name, role, ministry, desk, clearance in ACCOUNTS:
        fields = {"name": name, "role": role, "ministry": ministry, "desk": desk, "clearance": clearance}
        person = User.objects.filter(username=username).first() or User(username=username)
        for field, value in fields.items():
            setattr(person, field, value)
        person.is_staff = role in (Role.ADMINISTRATOR, Role.SUPERVISOR)
        if not person.check_password(password):
            person.set_password(password)
        person.save()
        people[username] = person
    return people


def load_everything(people: dict[str, User]) -> None:
    """The real register, the indicators of the audit report, and the fictional samples; again adds nothing."""
    today = taipei_today()
    foreign, justice = people["mofa-supervisor"], people["moj-supervisor"]
    load_register(by=foreign, today=today)
    load_indicators(by=foreign)
    load_recommendations(by=foreign)
    load_sample_agreements(by=people["mofa-officer"], justice=people["moj-officer"], today=today)
    load_paragraphs(by=justice)
    load_sample_cards(by=justice, today=today)
    officer, foreign_officer = people["moj-officer"], people["mofa-officer"]
    load_samples(officer=officer, supervisor=justice, foreign=foreign_officer, today=today)
    load_sample_reports(officer=officer, foreign=foreign_officer, supervisor=justice, today=today)
