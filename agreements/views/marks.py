"""The page of the marks that wait for a review: that of agreements, and what that of cases shares with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions.marks import ask_lowering, decide_lowering, open_lowerings, review_mark
from agreements.forms.marks import LowerForm, MarkForm
from agreements.models import Agreement
from agreements.reviews import MarkRow, agreement_rows
from agreements.rules import may_review_marks
from agreements.views.deeds import carry_out
from agreements.views.doors import reader
from tracker.access import only
from tracker.looks import shown_many
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is reviewed on a page: who sees what of it, its rows, its three verbs, and names of address and template."""

    seen: Callable[[User], QuerySet[Any]]
    rows: Callable[[User, date], Sequence[MarkRow]]
    keep: Callable[[User, Any, date], None]
    ask: Callable[[User, Any, int, str], Any]
    decide: Callable[[User, Any, bool], Any]
    address: str
    template: str


AGREEMENTS = Reviewed(
    seen=Agreement.objects.visible_to,
    rows=lambda user, today: agreement_rows(user, today=today),
    keep=lambda user, file, today: review_mark(by=user, agreement=file, today=today),
    ask=lambda user, file, after, reason: ask_lowering(by=user, agreement=file, after=after, reason=reason),
    decide=lambda user, lowering, is_granted: decide_lowering(
        by=user, lowering=lowering, is_granted=is_granted
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
    """The rows; a POST keeps a mark, asks that it be lowered, or decides on that."""
    user, today = reader(request), timezone.localdate()
    form = None
    if request.method == "POST":
        form = LowerForm(request.POST) if "after" in request.POST else MarkForm(request.POST)
        answer = carry_out(form, lambda: _done(request, of, form), by=user)
        if answer:
            messages.success(request, _("It is recorded."))
            return answer
    rows = of.rows(user, today)
    model = of.seen(user).model
    shown_many(request, model, [row.thing.pk for row in rows])
    return render(request, of.template, {"rows": rows, "form": form, "blank": LowerForm()})


def _done(request: HttpRequest, of: Reviewed, form: LowerForm | MarkForm) -> str:
    """Do what was sent about one thing that the reader sees.

    :raises Http404: for a hidden thing, and for a request that is not there.
    """
    user, given = reader(request), form.cleaned_data
    thing = of.seen(user).filter(pk=given["thing"]).first()
    if thing is None:
        raise Http404
    if isinstance(form, LowerForm):
        of.ask(user, thing, given["after"], given["reason"])
    elif given["act"] == "keep":
        of.keep(user, thing, timezone.localdate())
    else:
        waiting = open_lowerings(type(thing)).filter(about_id=str(thing.pk))
        of.decide(user, get_object_or_404(waiting), given["act"] == "grant")
    return reverse(of.address)
