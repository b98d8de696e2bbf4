"""The tab of a case for what it belongs to: links, other cases of one reference or person, taking it up again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.forms.keyed import KeyedForm
from agreements.views.deeds import done_already
from cases.actions.links import drop_link, link_cases, take_up_again
from cases.competition import competitions_of
from cases.forms.links import DropLinkForm, LinkForm
from cases.links import related_to, ties_of
from cases.models import Case
from cases.rules import may_read_cases, may_take_up_again, may_weigh_requests, may_write_beside
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from cases.views.notes import writable
from tracker.access import only


@require_safe
@only(may_read_cases)
def related(request: HttpRequest, number: str) -> HttpResponse:
    """What the case belongs to."""
    return _page(request, seen(request, number))


def _page(
    request: HttpRequest, case: Case, *, form: LinkForm | None = None, refused: KeyedForm | None = None
) -> HttpResponse:
    user = reader(request)
    may_write = may_write_beside(user, case)
    context = frame_context(request, case, current="related") | {
        "related": related_to(case, user),
        "competitions": competitions_of(case, user),
        "link_form": (form or LinkForm(by=user)) if may_write else None,
        "form": form or refused,
        "reopen_form": KeyedForm() if case.is_closed and may_take_up_again(user, case) else None,
        "may_gather": may_weigh_requests(user) and case.direction == "in" and not case.is_closed,
    }
    return render(request, "cases/related.html", context)


@require_POST
@only(may_read_cases)
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Link the case with another one; a refusal comes back with what was typed."""
    case, user = writable(request, number), reader(request)
    form = LinkForm(request.POST, by=user)

    def do() -> str:
        given = form.cleaned_data
        link_cases(by=user, case=case, other=given["other"], kind=given["kind"], note=given["note"])
        return reverse("cases:related", args=[case.number])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("The cases are linked."))
    return answer or _page(request, case, form=form)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def unlink(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Drop a link, with the reason; one whose other end is hidden is not found."""
    case, user = writable(request, number), reader(request)
    form = DropLinkForm(request.POST or None)
    back = reverse("cases:related", args=[case.number])
    tie = next((tie for tie in ties_of(case, user) if tie.link.pk == pk), None)
    if tie is None and (done := done_already(form, by=user)):
        return done
    if tie is None:
        raise Http404

    def do() -> str:
        drop_link(by=user, link=tie.link, reason=form.cleaned_data["reason"])
        return back

    answer = carry_out(form, do, by=user) if request.method == "POST" and form.is_valid() else None
    if answer:
        messages.success(request, _("The link is dropped."))
    context = frame_context(request, case, current="related") | {"form": form, "tie": tie}
    return answer or render(request, "cases/unlink.html", context)


@require_POST
@only(may_read_cases)
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a new case that takes this closed one up again; its draft opens with what both share."""
    case, user = writable(request, number), reader(request)
    form = KeyedForm(request.POST)

    def do() -> str:
        return take_up_again(by=user, case=case, today=timezone.localdate()).get_absolute_url()

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("A draft takes the case up again: look through it and register it."))
    return answer or _page(request, case, refused=form)
