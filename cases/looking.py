"""Who looked at a case: the lines of its page, and what an officer is told of people outside the own desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Max, Q
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case
from cases.record.frame import TABS
from tracker.context import role_words
from tracker.looks import UNMASK, looks_at
from tracker.models import Look, User

WAYS: Mapping[str, str | Promise] = {address: words for _name, address, words, _counts in TABS} | {
    "cases:letter": _("one of its letters"),
    "cases:letter_paper": _("one of its letters, printed"),
    "cases:letter_edit": _("one of its letters"),
    "cases:export": pgettext_lazy("how a case was looked at", "Export"),
    "cases:export_promises": pgettext_lazy("how a case was looked at", "Export of promises"),
    "cases:struck": _("list of the cases that were struck out"),
    # Translators: 交接清單
    "cases:handover": _("pack of a hand-over"),
    "cases:new_handover": _("pack of a hand-over"),
    "cases:tick_handover": _("pack of a hand-over"),
    **dict.fromkeys(("cases:new", "cases:draft", "cases:live"), _("beside a request that was being logged")),
    "document": _("download of a document"),
    # Translators: 揭示
    UNMASK: _("names uncovered"),
}
"""What is said of a way of looking, by its code; a form of the case is said to be a form."""
TOLD_FOR = timedelta(days=7)
TOLD = 5


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look: when, who (and in what role now), in what way, why."""

    at: datetime
    name: str
    role: str
    way: str | Promise
    reason: str


@dataclass(frozen=True, slots=True)
class LooksPage:
    """Some looks, the newest first; ``before`` leads to older ones, None when there are none."""

    lines: list[LookLine]
    before: int | None


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody outside the officer's desk who looked at one of the officer's cases, and when last."""

    name: str
    number: str
    at: datetime


def looks_page(case: Case, *, size: int, before: int | None = None) -> LooksPage:
    """The newest ``size`` looks at the case that are older than the look ``before``. One query."""
    looks = looks_at(case).select_related("reader")
    if before is not None:
        looks = looks.filter(pk__lt=before)
    found = list(looks[: size + 1])
    lines = [_line(look) for look in found[:size]]
    return LooksPage(lines, found[size - 1].pk if len(found) > size else None)


def _line(look: Look) -> LookLine:
    return LookLine(look.at, look.reader_name, role_words(look.reader), _way_words(look.way), look.reason)


def _way_words(way: str) -> str | Promise:
    if way.startswith("admin:"):
        return _("a page of the administration")
    return WAYS.get(way) or _("a form of the case")


def outsiders_of(officer: User, *, now: datetime) -> list[Outsider]:
    """Who of another desk looked at the officer's open cases in the last days, newest first. Two queries at most.

    Of a case that the officer is not cleared for any more nothing is told.
    """
    own = Case.objects.visible_to(officer).open().filter(officer=officer).order_by()
    keys = own.annotate(key=Cast("pk", CharField())).values("key")
    looks = Look.objects.filter(about_model=Case._meta.label_lower, about_id__in=keys, at__gte=now - TOLD_FOR)
    same_desk = Q(reader=officer) | Q(reader__ministry=officer.ministry, reader__desk=officer.desk)
    rows = looks.exclude(same_desk).order_by().values_list("reader_name", "about_id")
    newest = list(rows.annotate(last=Max("at")).order_by("-last")[:TOLD])
    if not newest:
        return []
    numbers = dict(own.filter(pk__in=[key for _name, key, _last in newest]).values_list("pk", "number"))
    return [Outsider(name, numbers[int(key)], last) for name, key, last in newest if int(key) in numbers]
