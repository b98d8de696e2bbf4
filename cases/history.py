"""The verbs of this app's audit trail, and the sentence that each makes.

Details name steps, days, numbers and officers only: what a case is about stays in the case. A reason stands on the row
that it explains (an interval, a promise, a hand-over, the case that was struck out). One without such a row, or whose
row is gone or will be written over, stands here, and is told on the page of its case alone: whoever may not see the
case does not read it, and the lists of all entries show no details at all.
"""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.history import Details, day_words
from cases.lifecycle import Basis, label_of
from cases.models import (
    AssistanceItem,
    Case,
    CaseLink,
    Interval,
    Letter,
    LetterCase,
    Person,
    PracticeLine,
    RequestContents,
)
from cases.models import Promise as Pledged
from tracker.models import Entry

# Each verb's sentence takes the entry's own details by name.
VERBS: dict[str, Promise] = {
    "case.draft": _("saved the draft"),
    "case.discard": _("discarded the draft"),
    "case.register": _("registered the case as %(number)s"),
    "case.take_step": _("recorded “%(step)s”, %(day)s"),
    "case.assign": _("gave the case to %(officer)s"),
    "case.restate_basis": _("changed the legal basis from %(was)s to %(now)s"),
    "case.add_person": _("added a person (%(part)s)"),
    "case.remove_person": _("removed a person (%(part)s): %(reason)s"),
    "case.look_at_persons": _("looked at the persons of the case"),
    "case.find_person": _("looked for a person by name: found in %(found)s places"),
    "case.rotate_person_keys": _("encrypted names of persons with the new key: %(changed)s"),
    "case.keep_contents": _("changed the contents of the request: %(fields)s"),
    "case.amend": _("corrected %(fields)s: %(reason)s"),
    "case.let_in": _("named a reader of the sealed case"),
    "case.withdraw_access": _("took back that somebody may see the sealed case"),
    "case.open_in_emergency": _("opened the sealed case in an emergency, for %(hours)s hours"),
    "case.miss_emergency": _("typed a number under which no case opens in an emergency"),
    "case.ask_lowering": _("asked that the mark be lowered"),
    "case.grant_lowering": _("decided that the mark is lowered"),
    "case.refuse_lowering": _("decided that the mark stays"),
    "case.review_mark": _("reviewed the mark: it stays"),
    "case.set_retention": _("set for how long it is kept (years: %(years)s)"),
    "retention.place_hold": _("stopped its disposal"),
    "retention.lift_hold": _("let its disposal go on"),
    "disposal.draw_up": _("drew up a disposal list of %(cases)s cases"),
    "disposal.record_approval": _("recorded the approval of the archives authority, %(number)s"),
    "disposal.approve": _("approved the disposal list as the second person"),
    "disposal.drop": _("dropped the disposal list"),
    "disposal.destroy": _("destroyed the contents under %(list)s: %(records)s records, %(files)s files"),
    "disposal.carry_out": _("carried out the disposal list: %(cases)s cases, certificate %(certificate)s"),
    "case.void": _("struck out %(number)s"),
    "practice.add": _("added a line on “%(topic)s” to the practice card of %(partner)s"),
    "practice.change": _("replaced the line on “%(topic)s” of the practice card of %(partner)s"),
    "practice.verify": _("verified the line on “%(topic)s” of the practice card of %(partner)s"),
    "practice.withdraw": _(
        "withdrew the line on “%(topic)s” of the practice card of %(partner)s: %(reason)s"
    ),
    "case.write_note": _("wrote a note"),
    "case.withdraw_note": _("withdrew a note"),
    "case.add_task": _("put down task %(task)s"),
    "case.do_task": _("ticked task %(task)s off"),
    "case.undo_task": _("opened task %(task)s again"),
    "case.drop_task": _("dropped task %(task)s"),
    "case.give_task": _("changed whose task %(task)s is, and by when"),
    "letter.draft": _("drafted a letter (%(letter_kind)s)"),
    "letter.edit": _("changed the draft of a letter (%(letter_kind)s)"),
    "letter.submit": _("submitted a letter for countersignature (%(letter_kind)s)"),
    "letter.countersign": _("countersigned a letter (%(letter_kind)s)"),
    "letter.return": _("returned a letter to its drafter (%(letter_kind)s)"),
    "letter.withdraw": _("withdrew the draft of a letter (%(letter_kind)s)"),
    "letter.send": _("sent letter %(letter)s (%(letter_kind)s)"),
    "letter.print": _("printed the draft of a letter (%(letter_kind)s)"),
    "letter.log_in": _("logged letter %(letter)s that came in (%(letter_kind)s)"),
    "letter.log_out": _("logged letter %(letter)s that was sent elsewhere (%(letter_kind)s)"),
    "letter.mean": _("said what letter %(letter)s means: %(meaning)s"),
    "paragraph.load": _("loaded approved paragraphs: %(paragraphs)s"),
    "case.attach": _("filed a document, version %(version)s"),
    "case.link": _("linked it with another case: %(link)s"),
    "case.unlink": _("dropped its link with another case: %(reason)s"),
    "competition.gather": _("laid %(cases)s concurrent requests side by side"),
    "competition.add": _("added a request to the concurrent ones"),
    "competition.weigh": _("described the concurrent requests"),
    "competition.decide": _("decided which of the concurrent requests is met first, %(day)s"),
    "competition.tell": _("recorded that the side of a concurrent request was told, %(day)s"),
    "handover.make": _("handed over %(cases)s cases and %(agreements)s talks from %(giver)s to %(taker)s"),
    "handover.tick": _("ticked %(lines)s lines of the hand-over"),
    "case.stop_clock": _("stopped the clocks from %(day)s on (%(category)s)"),
    "case.restart_clock": _("restarted the clocks on %(day)s"),
    "case.correct_stop": _("corrected a stop of the clocks: from %(day)s on (%(category)s)"),
    "case.put_on_hold": _("put the case on hold until %(until)s"),
    "case.end_hold": _("took the case back from hold on %(day)s"),
    "case.withdraw_interval": _("withdrew an entry (%(sort)s) from %(day)s"),
    "case.ask_extension": _("asked to extend clock %(clock)s to %(day)s"),
    "case.approve_extension": _("approved that clock %(clock)s is extended to %(day)s"),
    "case.refuse_extension": _("refused that clock %(clock)s is extended to %(day)s"),
    "case.recompute": _("recomputed the due days of cases: %(moved)s moved"),
    "case.give_promise": _("recorded a promise (%(promise)s, %(given_by)s)"),
    "case.start_term": _("let the term of a promise (%(promise)s) run from %(day)s"),
    "case.release_promise": _("recorded that a promise (%(promise)s) was kept or released on %(day)s"),
    "case.withdraw_promise": _("withdrew a promise (%(promise)s) that was recorded by mistake"),
    "case.close_with_promises": _("closed the case with open promises, with a reason: %(promises)s"),
    "case.settle_items": _("recorded what came of %(items)s things that were asked"),
    "case.add_item": _("added to what is asked (%(item)s): %(reason)s"),
    "case.drop_item": _("dropped from what is asked (%(item)s): %(reason)s"),
    "case.export": _("downloaded a list of cases (%(format)s)"),
    "view.save": _("saved a view of a list"),
    "view.change": _("changed a saved view"),
    "view.drop": _("deleted a saved view"),
    "case.import": _("imported the case from %(file)s as %(number)s"),
    "case.import_change": _("changed %(fields)s from the file %(file)s"),
    "case.undo_import": _("took back what was imported from %(file)s"),
    "case.load_samples": _("loaded fictional cases: %(cases)s"),
}

LOOKS = (
    "case.look_at_persons",
    "case.add_person",
    "case.remove_person",
    "case.give_promise",
    "case.start_term",
    "case.release_promise",
    "case.withdraw_promise",
    "case.write_note",
    "case.withdraw_note",
    "case.add_task",
    "case.do_task",
    "case.undo_task",
    "case.drop_task",
    "case.give_task",
    "case.set_retention",
    "retention.place_hold",
    "retention.lift_hold",
    "case.attach",
    "case.link",
    "case.unlink",
    "letter.draft",
    "letter.edit",
    "letter.submit",
    "letter.countersign",
    "letter.return",
    "letter.withdraw",
    "letter.print",
    "letter.send",
    "letter.log_in",
    "letter.log_out",
    "letter.mean",
)
"""Verbs that changed nothing of the case itself: who looked, what was written beside it. Nothing became stale by it."""
CODES: dict[str, type[TextChoices]] = {
    "link": CaseLink.Kind,
    "part": Person.Part,
    "promise": Pledged.Kind,
    "given_by": Pledged.By,
    "item": AssistanceItem.Kind,
    "topic": PracticeLine.Topic,
    "letter_kind": Letter.Kind,
    "meaning": LetterCase.Meaning,
    "category": Interval.Category,
    "sort": Interval.Sort,
}
"""Details that are codes, and where their words stand."""


def sentence(entry: Entry) -> str:
    """What the entry tells, in the reader's language, without its actor and time."""
    details = Details(entry.details)
    if isinstance(details.get("step"), str):
        details["step"] = _words(details["step"])
    for name in ("day", "until"):
        if isinstance(details.get(name), str):
            details[name] = day_words(details[name])
    for name in ("was", "now"):
        if details.get(name) in Basis.values:
            details[name] = str(Basis(details[name]).label)
    if isinstance(details.get("fields"), list):
        details["fields"] = "、".join(_field_words(name) for name in details["fields"])
    for name, choices in CODES.items():
        if details.get(name) in choices.values:
            details[name] = str(choices(details[name]).label)
    words = VERBS.get(entry.verb)
    return str(words) % details if words else entry.verb


def _words(step: str) -> str:
    try:
        return str(label_of(step))
    except KeyError:
        return step


def _field_words(name: str) -> str:
    """What a field of the case, or of the contents of its letter, is called."""
    for model in (Case, RequestContents):
        for field in model._meta.concrete_fields:
            if field.name == name:
                return str(field.verbose_name)
    return name
