"""The verbs of this administration and the sentence that each makes."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.models import Entry
from tracker.roles import Ministry, Role, Secrecy

VERBS: dict[str, Promise] = {
    "person.create": _("created the person: %(rights)s"),
    "person.change": _("changed the person: %(rights)s; before: %(before)s"),
    "person.end": _("switched the account off"),
    "person.restore": _("switched the account on again"),
    "person.switch_off_idle": _("switched the account off: nobody used it for ninety days"),
    "person.review": _("reviewed who has an account: %(people)s people, %(idle)s unused"),
    "session.end": _("ended sessions: %(sessions)s"),
    "substitution.name": _("named a substitute from %(from)s until %(until)s"),
    "substitution.end": _("ended a substitution"),
}
"""Entries about a person; the other verbs about people stand with the sign-in."""

BESIDE_RIGHTS: dict[str, Promise] = {"name": _("name"), "desk": _("desk"), "email": _("mail address")}
"""What a change may concern beside rights: told by its name alone."""


def sentence(entry: Entry) -> str:
    """What the entry tells, in the reader's language, without its actor and time; its verb where it is not ours."""
    words = VERBS.get(entry.verb)
    if words is None:
        return entry.verb
    details = dict(entry.details)
    if "role" in details:
        details["rights"] = rights_words(details)
        details["before"] = rights_words(details.get("before") or details)
    for name in ("from", "until"):
        details[name] = str(details.get(name, ""))[:10]
    told = str(words) % details
    beside = [str(BESIDE_RIGHTS[name]) for name in details.get("fields", ()) if name in BESIDE_RIGHTS]
    if beside:
        told += gettext("; also changed: %(fields)s") % {"fields": ", ".join(beside)}
    return told


def rights_words(details: dict[str, Any]) -> str:
    """Ministry, role, clearance and last day in words."""
    ministry = Ministry(details["ministry"]).label if details["ministry"] else ""
    day = details.get("ends_on", "")
    parts = [ministry, Role(details["role"]).label, Secrecy(details["clearance"]).label]
    parts += [gettext("until %(day)s") % {"day": day}] if day else []
    return " · ".join(str(part) for part in parts if part)
