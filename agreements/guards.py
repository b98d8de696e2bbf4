"""What the database itself refuses: to change in place the legal fact of a milestone. It is withdrawn or followed by another."""

from typing import Any

from tracker import audit

GUARDED = {"agreements_milestone": ("UPDATE OF agreement_id, step, happened, effective, recorded_by_id",)}
"""The columns that stay as they were written; the rest is bookkeeping that verbs of this app may change."""


def install_guards(using: Any) -> None:
    """Create the trigger on the database behind the connection ``using``."""
    audit.install_guards(using, GUARDED)


def remove_guards(using: Any) -> None:
    """Drop it: for a migration backwards."""
    audit.remove_guards(using, GUARDED)
