"""The page of the marks that wait for a review: that of agreements, and what that of cases shares with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import StalePage
from agreements.actions.filing import HOUSE
from agreements.actions.marks import (
    MEANWHILE,
    Shown,
    ask_lowering,
    decide_lowering,
    open_lowerings,
    review_mark,
)
from agreements.forms.marks import LowerForm, MarkForm
from agreements.models import Agreement
from agreements.reviews import MarkPage, MarkRow, agreement_marks
from agreements.rules import may_review_marks
from agreements.views.deeds import carry_out
from agreements.views.doors import reader
from tracker.access import only
from tracker.keys import is_key
from tracker.looks import shown_many
from tracker.models import User

IDS = "m{}_%s"
"""The names of the fields of a row, by the key of its thing."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is reviewed on a page: who sees what of it, its rows, its three verbs, and names of address and template."""

    seen: Callable[[User], QuerySet[Any]]
    page: Callable[[User, date, str], MarkPage]
    keep: Callable[[User, Any, date, Shown], None]
    ask: Callable[[User, Any, int, str, Shown], Any]
    decide: Callable[[User, Any, bool, Shown], Any]
    address: str
    template: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its two forms, each with a key of its own; one of them may be what was just refused."""

    row: MarkRow
    mark: MarkForm
    lower: LowerForm


AGREEMENTS = Reviewed(
    seen=Agreement.objects.visible_to,
    page=lambda user, today, asked: agreement_marks(user, today=today, asked=asked),
    keep=lambda user, file, today, shown: review_mark(by=user, agreement=file, today=today, shown=shown),
    ask=lambda user, file, after, reason, shown: ask_lowering(
        by=user, agreement=file, after=after, reason=reason, shown=shown
    ),
    decide=lambda user, lowering, is_granted, shown: decide_lowering(
        by=user, lowering=lowering, is_granted=is_granted, shown=shown
    ),
    address="agreements:marks",
    template="agreements/marks.html",
)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_review_marks)
def marks(request: HttpRequest) -> HttpResponse:
    """Marks of agreements that wait for their review."""
    return marks_page(request, AGREEMENTS)


def marks_page(request: HttpRequest, of: Reviewed) -> HttpResponse:
    """The rows, page by page; a POST keeps a mark, asks that it be lowered, or decides on that."""
    user, today, asked = reader(request), timezone.localdate(), request.GET.get("page", "")
    form = None
    if request.method == "POST":
        form = _sent(request)
        answer = carry_out(form, lambda: _done(request, of, form), by=user)
        if answer:
            messages.success(request, _("It is recorded."))
            return answer
    page = of.page(user, today, asked)
    shown_many(request, of.seen(user).model, [row.thing.pk for row in page.rows])
    lines = [_line(row, form) for row in page.rows]
    lost = None if any(form in (line.mark, line.lower) for line in lines) else form
    if lost:
        lost.leave_page(MEANWHILE)
    context = {"lines": lines, "paging": page.paging, "form": form, "lost": lost}
    return render(request, of.template, context)


def _sent(request: HttpRequest) -> LowerForm | MarkForm:
    """The form that was sent; its fields have the names that they have on its row."""
    thing = request.POST.get("thing", "")
    sort = LowerForm if "after" in request.POST else MarkForm
    return sort(request.POST, auto_id=IDS.format(thing if is_key(thing) else 0))


def _line(row: MarkRow, sent: LowerForm | MarkForm | None) -> Line:
    """The row with blank forms, or with the one that was sent about it and refused: as typed, but bound to what stands now."""
    pk, shown = row.thing.pk, row.shown
    initial = {"thing": pk, "version": shown.version, "shown": shown.digest}
    forms: dict[type, Any] = {
        sort: sort(initial=initial, auto_id=IDS.format(pk)) for sort in (MarkForm, LowerForm)
    }
    if sent and sent["thing"].value() == str(pk) and (isinstance(sent, MarkForm) or row.may_review):
        sent.renew_shown(version=str(shown.version), shown=shown.digest)
        forms[type(sent)] = sent
    forms[LowerForm].offer_below(row.thing.secrecy)
    return Line(row, forms[MarkForm], forms[LowerForm])


def _done(request: HttpRequest, of: Reviewed, form: LowerForm | MarkForm) -> str:
    """Do what was sent about one thing that the reader sees.

    :raises Http404: for a hidden thing.
    :raises StepRefused: as the verbs do; also for a request that was decided meanwhile.
    """
    user, given, shown = reader(request), form.cleaned_data, form.given_shown()
    thing = of.seen(user).filter(pk=given["thing"]).first()
    if thing is None:
        raise Http404
    if isinstance(form, LowerForm):
        of.ask(user, thing, given["after"], given["reason"], shown)
    elif given["act"] == "keep":
        of.keep(user, thing, timezone.localdate(), shown)
    else:
        lowering = open_lowerings(type(thing)).filter(about_id=str(thing.pk)).first()
        if lowering is None:
            raise StalePage(str(MEANWHILE), HOUSE)
        of.decide(user, lowering, given["act"] == "grant", shown)
    page, here = request.GET.get("page", ""), reverse(of.address)
    return f"{here}?page={page}" if is_key(page) else here
