"""`manage.py finish_disposal`: erase the files that the journal of a disposal still names, after it was cut off."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.actions.destroying import erase_files


class Command(BaseCommand):
    help = "Erase the files of carried-out disposal lists that are still on the disk; may be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erase_files()} files erased.")
