"""What is asked in a case: saying what came of several things at once, adding to it, dropping from it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agreements.forms.keyed import KeyedForm
from cases.actions.intake import HAS_ITEMS
from cases.actions.items import add_item, drop_item, settle_items
from cases.forms.items import AddItemForm, DropItemForm, SettleForm
from cases.items import reply_step
from cases.models import Case
from cases.rules import may_change, may_read_cases
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only


def _open_case(request: HttpRequest, number: str) -> Case:
    """The case, for those who may say what came of it.

    :raises PermissionDenied: for those who see it only.
    """
    case = seen(request, number)
    if not may_change(reader(request), case):
        raise PermissionDenied(_("Justice records what is asked, and what came of it."))
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def items(request: HttpRequest, number: str) -> HttpResponse:
    """What came of each thing that is asked, on one screen."""
    case, user, today = _open_case(request, number), reader(request), timezone.localdate()
    asked = list(case.items.all())
    form = SettleForm(request.POST or None, items=asked, version=case.version, today=today)

    def do() -> str:
        given = {"results": form.results(), "version": form.cleaned_data["version"]}
        settle_items(by=user, case=case, today=today, **given)
        return case.get_absolute_url()

    answer = carry_out(form, do, by=user, case=case) if form.is_valid() else None
    if answer:
        _say_what_follows(request, case)
    return answer or _page(request, case, form, AddItemForm(version=case.version))


def _say_what_follows(request: HttpRequest, case: Case) -> None:
    """Tell what was recorded, the state that the case is in now, and how many things are open."""
    was = case.get_state_display()
    case.refresh_from_db()
    rows = list(case.items.all())
    messages.success(request, _("It is recorded what came of what is asked."))
    if case.get_state_display() != was:
        messages.info(request, _("The case is now “%(state)s”.") % {"state": case.get_state_display()})
    reply = reply_step(case, rows)
    if reply:
        messages.info(request, _("Everything is settled. The next step: %(step)s.") % {"step": reply.label})
    left = sum(item.state == item.Progress.OPEN for item in rows)
    if left:
        words = ngettext("%(number)s thing is still open.", "%(number)s things are still open.", left)
        messages.info(request, words % {"number": left})


def _page(request: HttpRequest, case: Case, form: SettleForm, adding: AddItemForm) -> HttpResponse:
    has_items = case.kind in HAS_ITEMS
    sent: KeyedForm = adding if adding.is_bound else form
    context = {"settle_form": form, "add_form": adding if has_items and case.is_open else None, "form": sent}
    return render(request, "cases/items.html", frame_context(request, case, current="overview") | context)


@require_POST
@only(may_read_cases)
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Add to what is asked."""
    case, user = _open_case(request, number), reader(request)
    form = AddItemForm(request.POST, version=case.version)

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("kind", "reason", "version")}
        add_item(by=user, case=case, **given)
        return reverse("cases:items", args=[case.number])

    answer = carry_out(form, do, by=user, case=case) if form.is_valid() else None
    if answer:
        messages.success(request, _("It is added to what is asked."))
        return answer
    asked = list(case.items.all())
    settle = SettleForm(items=asked, version=case.version, today=timezone.localdate())
    return _page(request, case, settle, form)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def drop(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take out of the case what was never asked, with a reason."""
    case, user = _open_case(request, number), reader(request)
    item = case.items.filter(pk=pk).first()
    form = DropItemForm(request.POST or None, version=case.version)

    def do() -> str:
        if item is None:
            raise Http404
        given = {name: form.cleaned_data[name] for name in ("reason", "version")}
        drop_item(by=user, case=case, item=item, **given)
        return reverse("cases:items", args=[case.number])

    answer = carry_out(form, do, by=user, case=case) if form.is_valid() else None
    if answer:
        messages.success(request, _("It is dropped from what is asked."))
        return answer
    if item is None:
        raise Http404
    context = frame_context(request, case, current="overview") | {"form": form, "item": item}
    return render(request, "cases/items_drop.html", context)
