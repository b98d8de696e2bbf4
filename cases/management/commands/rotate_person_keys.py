"""`manage.py rotate_person_keys`: encrypt with the first key every name of a person, and every draft, under another one."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.actions.people import rotate_batch
from tracker.actions import reseal_typed
from tracker.commands import write_json

SIZE = 500


class Command(BaseCommand):
    help = (
        "Encrypt with the first of PERSON_KEYS the names of persons in cases, and what was typed and not sent, under another key. "
        "May be stopped and started again. Ends with status 1 when there is anything that no key opens."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        told = _rotate()
        if options["format"] == "json":
            write_json(told, self.stdout)
        else:
            self.stdout.write(
                f"{told['changed']} names encrypted with the first key, {told['current']} were so already, "
                f"{len(told['unreadable'])} cannot be read; {told['typed']} drafts and kept forms encrypted anew, "
                f"{told['unreadable_typed']} more cannot be read"
            )
            if told["unreadable"]:
                self.stdout.write(f"persons that no key opens: {', '.join(map(str, told['unreadable']))}")
        if told["unreadable"] or told["unreadable_typed"]:
            sys.exit(1)


def _rotate() -> dict[str, Any]:
    """How many names were changed, how many needed nothing, the keys of the rows that cannot be read, and how many
    drafts and kept forms were changed or cannot be read."""
    changed = current = 0
    unreadable: list[int] = []
    last: int | None = 0
    while last is not None:
        batch = rotate_batch(by=None, after=last, size=SIZE)
        changed, current, last = changed + batch.changed, current + batch.current, batch.last
        unreadable += batch.unreadable
    typed = reseal_typed(by=None)
    return {
        "changed": changed,
        "current": current,
        "unreadable": unreadable,
        "typed": typed["changed"],
        "unreadable_typed": typed["unreadable"],
    }
