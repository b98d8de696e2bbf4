"""Whether a request that is being logged stands in the register already: the likely cases, side by side with it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.actions import Intake
from cases.lifecycle import Direction, Kind
from cases.models import Case, CaseQuerySet, Person
from cases.persons import digest_of, mark_of
from cases.rules import works_on_cases
from tracker.models import User
from tracker.statements import Prepared

LOOKED_AT = 30
"""So many cases at most are read."""
SHOWN = 3
NEAR = timedelta(days=731)
ALIKE = 0.5
"""From this share of common words on, two subjects are alike (Dice coefficient)."""
MOST_WORDS = 8
SAME_REFERENCE: Promise = _("the same reference")
SAME_PERSON: Promise = _("the same person")
SAME_SUBJECT: Promise = _("a similar subject in the same month")


@dataclass(frozen=True, slots=True)
class Compared:
    """One field, as typed and as the case has it."""

    label: str | Promise
    typed: Any
    other: Any
    is_day: bool = False

    @property
    def differs(self) -> bool:
        return (self.typed or "") != (self.other or "")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that may be the same request, why it may be, and how the two compare."""

    case: Case
    reasons: Sequence[Promise]
    rows: Sequence[Compared]


def likely_duplicates(intake: Intake, *, reader: User, by_name: bool = True) -> list[Duplicate]:
    """The registered cases that the reader may see and that may be this request, the likeliest first.

    Same partner and reference (theirs, or our office's within two years), same partner and person, or same partner, direction and
    kind with a similar subject within the same month. One query, which reads at most ``LOOKED_AT`` cases.

    Whoever asks ``by_name`` tells the history that persons were looked for, as ``mark_of_question`` says.
    """
    if intake.partner is None:
        return []
    told = _told(intake, reader, by_name=by_name)
    if not told:
        return []
    given = {name: value for values in told.values() for name, value in values.items()}
    rows = map(Read._make, _asking(tuple(told))(reader=reader, partner=intake.partner.pk, **given))
    found = [(row, list(_reasons(intake, row))) for row in rows]
    likely = sorted((each for each in found if each[1]), key=lambda each: -len(each[1]))[:SHOWN]
    return [Duplicate(row.case, reasons, list(_rows(intake, row.case))) for row, reasons in likely]


def mark_of_question(intake: Intake, *, reader: User, form: str) -> str:
    """The mark of the question in which cases of the partner these persons stand; empty when nobody is asked about.

    It is another one for other names, another partner or another ``form``, and is kept in the session alone.
    """
    digests = _digests(intake, reader)
    return mark_of(digests, asked=f"{form} {intake.partner.pk}") if intake.partner and digests else ""


class Read(NamedTuple):
    """What is read of a case to compare it, and whether a person of the request stands in it."""

    id: int
    number: str
    state: str
    direction: str
    kind: str
    partner_reference: str
    office: str
    office_reference: str
    subject: str
    code_name: str
    secrecy: int
    requested_on: date
    received_on: date
    destroyed_at: datetime | None
    has_person: bool

    @property
    def case(self) -> Case:
        """The case, of which the rest is read when it is asked for."""
        return Case.from_db(connection.alias, _COLUMNS, [getattr(self, name) for name in _COLUMNS])


# In the order of the model, in which it is put together again.
_COLUMNS = [field.attname for field in Case._meta.concrete_fields if field.attname in Read._fields]
THEIRS, OURS, SUBJECT = "theirs", "ours", "subject"
PERSONS = ("person 1", "person 2", "person 3")


def _told(intake: Intake, reader: User, *, by_name: bool = True) -> dict[str, dict[str, Any]]:
    """By what the request can be found again, each with the values that are looked for.

    Whether somebody stands in a case is told to justice only. Of our own references only those of the last two years
    are looked through: an office numbers its matters anew.
    """
    told: dict[str, dict[str, Any]] = {}
    theirs, ours, day = intake.partner_reference.strip(), intake.office_reference.strip(), intake.requested_on
    words = sorted(words_of(intake.subject))[:MOST_WORDS]
    if theirs:
        told[THEIRS] = {"theirs": theirs, "theirs_upper": theirs.upper(), "theirs_lower": theirs.lower()}
    if ours and day:
        told[OURS] = {"ours": ours, "since": day - NEAR}
    if words and day and intake.kind:
        first, after = month_of(day)
        told[SUBJECT] = {"kind": intake.kind, "direction": intake.direction, "first": first, "after": after}
        # Always as many, so that the statement is the same: the last one stands for those that are missing.
        words += words[-1:] * (MOST_WORDS - len(words))
        told[SUBJECT] |= {f"word_{place}": f"%{word}%" for place, word in enumerate(words)}
    for place, digest in zip(PERSONS, _digests(intake, reader) if by_name else (), strict=False):
        told[place] = {place.replace(" ", "_"): digest}
    return told


def _digests(intake: Intake, reader: User) -> list[str]:
    """By what its persons are looked for; none for whoever is not told of persons."""
    if not works_on_cases(reader):
        return []
    return [digest_of(person.name) for person in intake.persons[: len(PERSONS)]]


@cache
def _asking(ways: tuple[str, ...]) -> Prepared:
    """The statement that looks for cases in these ways."""

    def build(reader: User, partner: int, **given: Any) -> QuerySet:
        of_partner = Case.objects.registered().visible_to(reader).filter(partner=partner)
        persons = [
            Person.objects.filter(digest=given[way.replace(" ", "_")]) for way in ways if way in PERSONS
        ]
        asked = [_WAYS[way](of_partner, given) for way in ways if way in _WAYS]
        asked += [of_partner.filter(pk__in=each.values("case")) for each in persons]
        keys = [way.order_by().values("pk") for way in asked]
        named = Q(pk__in=[])
        for each in persons:
            named |= Q(Exists(each.filter(case=OuterRef("pk"))))
        rows = Case.objects.filter(pk__in=keys[0].union(*keys[1:]) if keys[1:] else keys[0])
        chosen = rows.annotate(has_person=named).order_by("-requested_on", "-id")[:LOOKED_AT]
        return chosen.values_list(*Read._fields)

    return Prepared(build)


def _by_their_reference(cases: CaseQuerySet, given: dict[str, Any]) -> CaseQuerySet:
    """Written so that the index of references, which holds no empty ones, serves it."""
    same = [given["theirs"], given["theirs_upper"], given["theirs_lower"]]
    return cases.filter(partner_reference__in=same).exclude(partner_reference="")


def _by_our_reference(cases: CaseQuerySet, given: dict[str, Any]) -> CaseQuerySet:
    return cases.filter(office_reference=given["ours"], requested_on__gte=given["since"])


def _by_subject(cases: CaseQuerySet, given: dict[str, Any]) -> CaseQuerySet:
    says = Q()
    for place in range(MOST_WORDS):
        says |= Q(Holds("subject", Value(given[f"word_{place}"])))
    return cases.filter(
        says,
        kind=given["kind"],
        direction=given["direction"],
        requested_on__gte=given["first"],
        requested_on__lt=given["after"],
    )


class Holds(Func):
    """Whether a text holds a word, given between signs of per cent, in capitals or not."""

    template = "UPPER(%(expressions)s)"
    arg_joiner = ") LIKE UPPER("
    output_field = BooleanField()


_WAYS: dict[str, Callable[[CaseQuerySet, dict[str, Any]], CaseQuerySet]] = {
    THEIRS: _by_their_reference,
    OURS: _by_our_reference,
    SUBJECT: _by_subject,
}


def month_of(day: date) -> tuple[date, date]:
    """The first day of the day's month, and of the next."""
    first = day.replace(day=1)
    after = date(day.year + 1, 1, 1) if day.month == 12 else first.replace(month=day.month + 1)
    return first, after


def words_of(text: str) -> set[str]:
    """The words of a subject by which it is compared: pairs of Chinese characters, and words in other letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = set(re.findall(r"[^\W\d_\u3400-\u9fff]{2,}|\d{2,}", folded))
    for run in re.findall(r"[\u3400-\u9fff]+", folded):
        words |= {run[place : place + 2] for place in range(max(1, len(run) - 1))}
    return words


def alike(one: str, other: str) -> bool:
    """Whether two subjects have at least half of their words in common."""
    ours, theirs = words_of(one), words_of(other)
    return bool(ours and theirs) and 2 * len(ours & theirs) / (len(ours) + len(theirs)) >= ALIKE


def _reasons(intake: Intake, case: Read) -> Iterable[Promise]:
    theirs, ours = intake.partner_reference.strip(), intake.office_reference.strip()
    if (theirs and theirs.casefold() == case.partner_reference.casefold()) or (
        ours and ours == case.office_reference
    ):
        yield SAME_REFERENCE
    if case.has_person:
        yield SAME_PERSON
    day, kinds = intake.requested_on, (intake.kind, intake.direction)
    is_near = day and case.requested_on and month_of(day) == month_of(case.requested_on)
    if is_near and kinds == (case.kind, case.direction) and alike(intake.subject, case.subject):
        yield SAME_SUBJECT


def _rows(intake: Intake, case: Case) -> Iterable[Compared]:
    yield Compared(_("Direction"), _label(Direction, intake.direction), str(case.get_direction_display()))
    yield Compared(_("Kind of case"), _label(Kind, intake.kind), str(case.get_kind_display()))
    yield Compared(_("Their reference"), intake.partner_reference, case.partner_reference)
    yield Compared(_("Subject in one line"), intake.subject, case.subject)
    yield Compared(_("Day of the request"), intake.requested_on, case.requested_on, is_day=True)
    yield Compared(_("Received on"), intake.received_on, case.received_on, is_day=True)
    yield Compared(_("Our office"), intake.office, case.office)
    yield Compared(_("Our office's reference"), intake.office_reference, case.office_reference)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else ""
