"""`manage.py row_security on|off`: print or carry out the SQL of row-level security, the second line behind ``visible_to``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from tracker.databaseroles import Roles
from tracker.rowpolicies import POLICIES, off, on

UNFIT = (
    "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_class WHERE relname = 'cases_case' AND relowner = r.oid) "
    "FROM pg_roles r WHERE rolname = %s"
)
VIEWS = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR relkind = 'v' "
    "AND NOT COALESCE(reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1']) "
    "ORDER BY relname"
)
"""Views that read with their owner's rights, past every policy."""


class Command(BaseCommand):
    help = "Let PostgreSQL itself hide cases and agreements from readers who may not see them; run it after database_roles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("switch", choices=["on", "off"])
        parser.add_argument("--app", default=Roles().app, help="the account of the application")
        parser.add_argument(
            "--worker", default="tracker_worker", help="the account of commands and of `manage.py work`"
        )
        parser.add_argument("--apply", action="store_true", help="carry it out, as the owner of the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no row-level security: only PostgreSQL can have it")
        try:
            roles = Roles(options["app"], options["worker"])
        except ValueError as fault:
            raise CommandError(str(fault)) from fault
        if options["switch"] == "on":
            self._require(roles.app)
            known = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
            listed = [one.replace("{database}", known) for one in on(roles.app, roles.reader)]
        else:
            listed = list(off())
        if not options["apply"]:
            self.stdout.write(";\n".join(listed) + ";")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in listed:
                cursor.execute(statement)
        self.stdout.write(f"row-level security is {options['switch']} for {len(POLICIES)} tables")

    def _require(self, app: str) -> None:
        """:raises CommandError: where it would guard nothing."""
        with connection.cursor() as cursor:
            cursor.execute(UNFIT, [app])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"there is no account {app}: run `manage.py database_roles --apply` first")
            if found[0]:
                raise CommandError(
                    f"{app} owns the tables or is above them: PostgreSQL would hide nothing from it"
                )
            cursor.execute(VIEWS)
            if views := [name for (name,) in cursor.fetchall()]:
                raise CommandError(f"these views show their owner's rows to everybody: {', '.join(views)}")
