"""The verbs of this app's audit trail, and the sentence that each makes."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle import label_of
from agreements.models import Contact
from tracker import rocdate
from tracker.models import Entry
from tracker.partialdate import PartialDate

# Each verb's sentence takes the entry's own details by name.
VERBS: dict[str, Promise] = {
    "agreement.set_retention": _("set for how long it is kept (years: %(years)s)"),
    "agreement.register": _("registered the agreement"),
    "agreement.edit": _("changed %(fields)s"),
    "agreement.take_step": _("recorded “%(step)s”, %(day)s"),
    "agreement.enter_history": _("entered “%(step)s”, %(day)s, as history"),
    "agreement.correct": _("corrected “%(step)s” from %(was)s to %(day)s: %(reason)s"),
    "agreement.withdraw_step": _("withdrew “%(step)s”, %(was)s: %(reason)s"),
    "agreement.record_round": _("recorded round %(number)s of the talks"),
    "agreement.update_progress": _("updated the progress: %(next_step)s"),
    "agreement.ask_lowering": _("asked that the mark be lowered"),
    "agreement.grant_lowering": _("decided that the mark is lowered"),
    "agreement.refuse_lowering": _("decided that the mark stays"),
    "agreement.review_mark": _("reviewed the mark: it stays"),
    "placeholder.record": _("recorded a place-holder"),
    "placeholder.withdraw": _("withdrew a place-holder"),
    "agreement.link": _("linked it to %(other)s"),
    "agreement.attach": _("attached “%(title)s”"),
    "agreement.add_source": _("added a source of %(fact)s: %(value)s"),
    "agreement.choose_source": _("chose the value of %(fact)s: %(value)s"),
    "agreement.import": _("imported it from %(file)s"),
    "agreement.import_change": _("changed %(fields)s from the file %(file)s"),
    "agreement.undo_import": _("took back what was imported from %(file)s"),
    "import.plan": _("checked the file %(file)s for import"),
    "import.apply": _("imported %(file)s: %(added)s added, %(changed)s changed"),
    "import.undo": _("undid the import of %(file)s"),
    "contact.record": _("recorded a contact with %(partner)s: %(kind)s, %(held)s"),
    "contact.withdraw": _("withdrew a contact with %(partner)s: %(kind)s, %(held)s"),
    "partner.load": _("loaded partners and policy groups: %(partners)s partners"),
    "figures.load": _("loaded stated figures: %(count)s"),
    "clocks.recompute": _("recomputed the clocks: %(moved)s moved"),
    "reference.add": _("added “%(thing)s”"),
    "reference.change": _("changed “%(thing)s”: %(fields)s"),
    "reference.delete": _("deleted “%(thing)s”"),
    "document.scan": _("scanned a document for viruses: %(result)s"),
    "document.download": _("downloaded “%(title)s”"),
    "person.switch_keys": _("switched single-key shortcuts"),
    "alarm.denials": _("was refused %(count)s times within an hour"),
    "alarm.looks": _("looked at records %(count)s times within an hour"),
    "samples.load": _("loaded the fictional samples"),
}


DAYS = {"day", "was", "held"}


class Details(dict):
    """Details for a sentence: a missing one shows as a dash instead of failing the page."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(entry: Entry) -> str:
    """What the entry tells, in the reader's language, without its actor and time."""
    details = Details(entry.details)
    if isinstance(details.get("step"), str):
        details["step"] = _step_words(details["step"])
    if entry.verb.startswith("contact."):
        details["kind"] = dict(Contact.Kind.choices).get(str(details["kind"]), details["kind"])
    for name in DAYS & set(details):
        details[name] = day_words(str(details[name]))
    words = VERBS.get(entry.verb)
    return str(words) % details if words else entry.verb


def day_words(text: str) -> str:
    """A recorded day as one writes it in the reader's language; what is not a day stays as it is."""
    try:
        day = PartialDate.parse(text)
    except ValueError:
        return text
    is_english = (get_language() or "").startswith("en")
    return text if is_english or day.is_unknown else rocdate.short(day)


def _step_words(name: str) -> str:
    try:
        return str(label_of(name))
    except KeyError:
        return name
