"""A06: how far dealings with the partners without an agreement have come, and how much each side did for the other."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Partner, Subject
from cases.lifecycle import Direction
from reports.catalogue.agreementstats import lists
from reports.catalogue.casework.ledger import balances_of, to_requests
from reports.catalogue.casework.lists import span_of
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Column, Kind, Parameters, Report, Row, Words
from reports.momentum import Climb, Rung, climbs_of
from reports.queries import population
from reports.reciprocity import Balance
from tracker.models import User

CLIMBED = (Rung.CASE_COOPERATION, Rung.CONTACT_WINDOW, Rung.DRAFT, Rung.NEGOTIATION)
RUNGS: dict[str, Words] = {rung.name.lower(): rung.label for rung in Rung}
COLUMNS = (
    Column("partner", pgettext_lazy("column", "Partner"), Kind.PARTNER),
    # Translators: 目前進展
    Column("rung", pgettext_lazy("column", "Has come to"), Kind.CODE, words=RUNGS),
    *(Column(rung.name.lower(), rung.label, Kind.DAY) for rung in CLIMBED),
    Column("ours", pgettext_lazy("column", "Our requests")),
    Column("ours_completed", pgettext_lazy("column", "Our requests, completed")),
    Column("theirs", pgettext_lazy("column", "Their requests")),
    Column("theirs_completed", pgettext_lazy("column", "Their requests, completed")),
)


def momentum(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """The partners without an agreement in force on the subject of whom anything is known, the highest rung first."""
    subject = asked.subject or Subject.CRIMINAL_MLA
    told: dict[str, Any] = {
        "with_samples": asked.with_samples,
        "known_on": asked.known_on,
        "subject": subject,
    }
    standing = population(asked.as_of, reader=reader, **told)
    every = Partner.objects.exclude(code__in=standing.in_force)
    partners = list(every if asked.with_samples else every.filter(is_sample=False))
    climbs = climbs_of(partners, asked.as_of, reader=reader, **told)
    balances = balances_of(asked, reader)
    listed = {candidate.partner for candidate in standing.candidates}
    shown = [code for code, climb in climbs.items() if climb.days or code in listed]
    shown.sort(key=lambda code: (-climbs[code].rung, code))
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=COLUMNS,
        rows=tuple(_row(code, climbs[code], balances) for code in shown),
        notes=lists.notes(
            asked,
            reader,
            _("Each rung carries the first recorded day; a lower one may have been left out on the way."),
            _("“No contact” says that the register holds none of these facts, not that there was none."),
            _("Requests are those of five years, unless a first day is given; a struck-out contact counts no more."),
        ),
    )  # fmt: skip


def _row(code: str, climb: Climb, balances: Mapping[str, Balance]) -> Row:
    balance = balances.get(code, Balance())
    days = [climb.days[rung].iso if rung in climb.days else None for rung in CLIMBED]
    sides = [count for side in (balance.ours, balance.theirs) for count in (side.sent, side.completed)]
    return (code, climb.rung.name.lower(), *days, *sides)


_REQUESTS = {
    "ours": (Direction.OUT, "sent"),
    "ours_completed": (Direction.OUT, "completed"),
    "theirs": (Direction.IN, "sent"),
    "theirs_completed": (Direction.IN, "completed"),
}


def _to_rows(report: Report, row: Row, column: Column) -> str:
    if column.code == "partner":
        return reverse("agreements:partner", args=[row[0]])
    if column.code not in _REQUESTS or not row[[one.code for one in COLUMNS].index(column.code)]:
        return ""
    side, figure = _REQUESTS[column.code]
    return to_requests(report.parameters, str(row[0]), side, figure, span_of(report.parameters))


ENTRIES = (
    Entry(
        "A06",
        # Translators: 未簽署協定國家（地區）合作進展
        _("Momentum of partners without an agreement"),
        _(
            "From the first case by way of a contact window and a draft to talks: how far each has come, and when."
        ),
        Group.AGREEMENTS,
        momentum,
        lists.WITH_SINCE,
        _to_rows,
        case_columns=frozenset({"case_cooperation", *_REQUESTS}),
    ),
)
