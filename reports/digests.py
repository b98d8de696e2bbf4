"""What changed since a person was last told, and what waits, in sentences: for a mail a day and for a page.

A digest made on a day tells of whole days: from the day of the digest before it (a week ago for the first) to the
evening before. So it says the same whenever on its day the command runs. It leaves the house by mail: secret cases and
agreements are told by their number alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.changes import Change, changes_between
from agreements.marks import day_words
from agreements.models import Agreement, RunningClock
from agreements.models.asof import TAIPEI
from cases.filters import ME, OVER
from cases.models import Case
from cases.news import touched_by_others
from cases.rules import may_read_cases, works_on_cases
from reports.home import overdue_clocks
from reports.models import DigestSent, FrozenReport, Recommendation, WeightsVersion
from reports.recommendations import nearest_day
from reports.rights import open_addresses, reads_exactly, still_holds
from reports.rules import may_approve_report, may_decide, may_decide_weights
from reports.suppression import WITHHELD, told_words
from tracker.models import User
from tracker.roles import Ministry, Secrecy

FIRST_SPAN = timedelta(days=7)
SOON = timedelta(days=7)
MOST = 10
"""So many sentences of one sort; then how many more there are."""
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to know, in both languages, and the address where it stands."""

    kind: str
    zh: str
    en: str
    url: str

    @property
    def words(self) -> str:
        """In the reader's language."""
        return self.en if (translation.get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days: after ``before``, up to ``last``."""

    before: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.before + timedelta(days=1), time(), TAIPEI)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), TAIPEI)

    @property
    def earlier(self) -> "Span":
        """As many days just before."""
        return Span(self.before - (self.last - self.before), self.before)


def span_of(person: User, day: date) -> Span:
    """The days of which the digest of ``day`` tells: since the person's last earlier digest, or a week."""
    last = DigestSent.objects.filter(person=person, day__lt=day).order_by("-day").first()
    began = last.day if last else day - FIRST_SPAN
    return Span(began - timedelta(days=1), day - timedelta(days=1))


def sentences(person: User, span: Span, *, today: date) -> list[Sentence]:
    """Everything that this person is told, in the order in which it is read; nothing that the person may not see."""
    both = [list(_told(person, span, today)) for _language in _each_language()]
    return [
        Sentence(kind, zh, en, url)
        for (kind, zh, url), (_kind, en, _url) in zip(both[0], both[1], strict=True)
    ]


def told_in(kept: Iterable[DigestSent], person: User) -> dict[int, list[Sentence] | None]:
    """What each kept digest still tells this person, by its key; None for one that was made with other rights (AZ-12).

    A sentence about a case, an agreement or a report that is hidden from the person by now is left out. At most three
    queries, however many digests there are.
    """
    held = {
        row.pk: [Sentence(**told) for told in row.sentences] if still_holds(person, row.rights) else None
        for row in kept
    }
    seen = open_addresses(person, {one.url for told in held.values() for one in told or []})
    return {
        key: None if told is None else [one for one in told if one.url in seen] for key, told in held.items()
    }


def _each_language() -> Iterator[str]:
    for language in ("zh-hant", "en"):
        with translation.override(language):
            yield language


def _told(person: User, span: Span, today: date) -> Iterator[tuple[str, str, str]]:
    if may_decide(person):
        yield from _to_sign(person)
    yield from _answers_due(person, today)
    if works_on_cases(person):
        yield from _own_cases(person, span, today)
    if person.ministry == Ministry.FOREIGN_AFFAIRS:
        yield from _clocks(person, today)
    yield from _agreements(person, span)
    if may_read_cases(person):
        yield from _figures(person, span)


def _to_sign(person: User) -> Iterator[tuple[str, str, str]]:
    """What this supervisor may approve or decide: never what he or she drafted or proposed."""
    waiting = FrozenReport.objects.visible_to(person).waiting().defer("content").order_by("created_at")
    for report in [report for report in waiting if may_approve_report(person, report)][:MOST]:
        words = _("%(title)s waits for approval.") % {"title": report.title}
        yield "waiting", words, report.get_absolute_url()
    for version in WeightsVersion.objects.proposed():
        if may_decide_weights(person, version):
            words = _("Version %(number)s of the weights waits for a decision.") % {"number": version.number}
            yield "waiting", words, reverse("reports:weights")


def _answers_due(person: User, today: date) -> Iterator[tuple[str, str, str]]:
    for row in Recommendation.objects.open().filter(ministry=person.ministry).order_by("due_on", "code"):
        day = nearest_day(row)
        if day is not None and day <= today + SOON:
            words = _("Audit recommendation %(code)s: to be answered by %(day)s.")
            yield "due", words % {"code": row.code, "day": day.isoformat()}, row.get_absolute_url()


def _own_cases(person: User, span: Span, today: date) -> Iterator[tuple[str, str, str]]:
    mine = Case.objects.visible_to(person).open().filter(officer=person)
    listed = reverse("cases:list")
    overdue = mine.overdue(today=today)[:MOST_COUNTED].count()
    if overdue:
        words = ngettext("%(n)s of your cases is overdue.", "%(n)s of your cases are overdue.", overdue) % {
            "n": overdue
        }
        yield "due", words, f"{listed}?{urlencode({'officer': ME, 'due': OVER})}"
    touched = mine.filter(pk__in=touched_by_others(person, span.begins)).select_related("partner")
    for case in touched.order_by("-changed_at")[:MOST]:
        words = _("%(case)s was changed by somebody else.") % {"case": _case_words(case)}
        yield "changed", words, case.get_absolute_url()


def _case_words(case: Case) -> str:
    is_secret = case.secrecy >= Secrecy.RESTRICTED
    return case.number if is_secret or case.partner is None else f"{case.number} {case.partner.name}"


def _clocks(person: User, today: date) -> Iterator[tuple[str, str, str]]:
    seen = RunningClock.objects.filter(agreement__in=Agreement.objects.visible_to(person))
    overdue = overdue_clocks(person, today=today)[:MOST_COUNTED].count()
    soon = seen.filter(due_on__gte=today, due_on__lte=today + SOON)[:MOST_COUNTED].count()
    home = reverse("agreements:home")
    if overdue:
        words = ngettext(
            "%(n)s period of an agreement has run out.", "%(n)s periods of agreements have run out.", overdue
        )
        yield "due", words % {"n": overdue}, home
    if soon:
        words = ngettext(
            "%(n)s period of an agreement ends within a week.",
            "%(n)s periods of agreements end within a week.",
            soon,
        )
        yield "due", words % {"n": soon}, home


def _agreements(person: User, span: Span) -> Iterator[tuple[str, str, str]]:
    found = changes_between(span.before, span.last, reader=person, board=reverse("agreements:board"))
    changes = [*found.happened.changes, *found.learned.changes, *found.withdrawn.changes]
    for change in changes[:MOST]:
        yield "changed", _sentence_of(change), change.agreement.get_absolute_url()
    more = found.happened.number + found.learned.number + found.withdrawn.number - min(len(changes), MOST)
    if more > 0:
        words = ngettext("%(n)s more change of agreements.", "%(n)s more changes of agreements.", more)
        days = f"?from={span.before.isoformat()}&to={span.last.isoformat()}"
        yield "changed", words % {"n": more}, reverse("agreements:changes") + days


def _sentence_of(change: Change) -> str:
    agreement = change.agreement
    if agreement.secrecy >= Secrecy.RESTRICTED:
        return _("%(number)s changed.") % {"number": f"{agreement.number} {agreement.code_name}".strip()}
    name = agreement.partner.name
    if agreement.partner.is_sample:
        # Translators: after the name of a fictional partner; in Chinese （示例）
        name += _(" (sample)")
    # Translators: a partner, the title of a text in quotes, and what happened to it: 德國「…協議」經立法院審議通過。
    words = _("%(partner)s: “%(title)s” %(happened)s.") % {
        "partner": name,
        "title": agreement.title,
        "happened": change.words,
    }
    if change.learned_on is None:
        return words
    day = day_words(change.day) if change.day else _("day not known")
    # Translators: after a sentence about something that happened before these days and was recorded in them
    return _("%(sentence)s (%(day)s; recorded only now)") % {"sentence": words, "day": day}


def _figures(person: User, span: Span) -> Iterator[tuple[str, str, str]]:
    """How many requests are dated in these days, and in as many days before them."""
    seen = Case.objects.visible_to(person).registered().real()
    now, before = (
        seen.filter(requested_on__gt=days.before, requested_on__lte=days.last)[:MOST_COUNTED].count()
        for days in (span, span.earlier)
    )
    day = (span.before + timedelta(days=1)).isoformat()
    told: dict[str, Any] = {"now": now, "before": before}
    if not reads_exactly(person):
        told = {name: told_words(number, ("digest", name, day)) for name, number in told.items()}
    if any(one not in (0, str(WITHHELD)) for one in told.values()):
        words = _("%(now)s requests since %(day)s; %(before)s in as many days before.")
        said = told | {"day": day}
        yield "figures", words % said, reverse("cases:list")
