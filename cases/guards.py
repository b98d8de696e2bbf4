"""What the database itself refuses: to change in place the legal fact of an event of a case. It is withdrawn or followed by another."""

from typing import Any

from tracker import audit

GUARDED = {"cases_caseevent": ("UPDATE OF case_id, step, state, happened_on, recorded_at, recorded_by_id",)}
"""The columns that stay as they were written; the rest is bookkeeping that verbs of this app may change."""


def install_guards(using: Any) -> None:
    """Create the trigger on the database behind the connection ``using``."""
    audit.install_guards(using, GUARDED)


def remove_guards(using: Any) -> None:
    """Drop it: for a migration backwards."""
    audit.remove_guards(using, GUARDED)
