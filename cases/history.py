"""The verbs of this app's audit trail, and the sentence that each makes.

Details name steps, days, numbers and officers only: what a case is about stays in the case.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.history import Details, day_words
from cases.lifecycle import Basis, label_of
from tracker.models import Entry

# Each verb's sentence takes the entry's own details by name.
VERBS: dict[str, Promise] = {
    "case.draft": _("saved the draft"),
    "case.discard": _("discarded the draft"),
    "case.register": _("registered the case as %(number)s"),
    "case.take_step": _("recorded “%(step)s”, %(day)s"),
    "case.assign": _("gave the case to %(officer)s"),
    "case.restate_basis": _("changed the legal basis from %(was)s to %(now)s"),
    "case.load_samples": _("loaded fictional cases: %(cases)s"),
}


def sentence(entry: Entry) -> str:
    """What the entry tells, in the reader's language, without its actor and time."""
    details = Details(entry.details)
    if isinstance(details.get("step"), str):
        details["step"] = _words(details["step"])
    if isinstance(details.get("day"), str):
        details["day"] = day_words(details["day"])
    for name in ("was", "now"):
        if details.get(name) in Basis.values:
            details[name] = str(Basis(details[name]).label)
    words = VERBS.get(entry.verb)
    return str(words) % details if words else entry.verb


def _words(step: str) -> str:
    try:
        return str(label_of(step))
    except KeyError:
        return step
