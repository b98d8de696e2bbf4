"""`manage.py database_roles`: print or carry out the SQL that gives the accounts of PostgreSQL what they need."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from tracker.databaseroles import Roles, statements


class Command(BaseCommand):
    help = "Print the SQL that makes the application's and the reader's accounts of PostgreSQL; run it after migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", default=Roles().app, help="the account of the application")
        parser.add_argument("--reader", default=Roles().reader, help="the account that only reads")
        parser.add_argument("--apply", action="store_true", help="carry it out, as the owner of the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no accounts: only PostgreSQL needs this")
        try:
            roles = Roles(options["app"], options["reader"])
        except ValueError as fault:
            raise CommandError(str(fault)) from fault
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
        listed = list(statements(roles, str(connection.settings_dict["NAME"]), tables))
        if not options["apply"]:
            self.stdout.write(";\n".join(listed) + ";")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in listed:
                cursor.execute(statement)
        self.stdout.write(f"{roles.app} and {roles.reader} have what they need of {len(tables)} tables")
