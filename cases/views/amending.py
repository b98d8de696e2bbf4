"""The contents of the letter, correcting what was logged, and striking out a case."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions import amend_case, keep_contents, void_case
from cases.completeness import Lack
from cases.firsttime import Reason, common_defects
from cases.forms.amending import AmendForm, VoidForm
from cases.forms.contents import ContentsForm
from cases.lifecycle import Direction
from cases.models import Case, CaseQuerySet
from cases.record.contents import contents_kept, lacks_of
from cases.rules import may_amend, may_read_cases, may_void
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker import audit
from tracker.access import only
from tracker.looks import shown, shown_many
from tracker.views.drafts import keep_draft, sent_or_drafted

CHECK, DRAFT = "check", "draft"


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def contents(request: HttpRequest, number: str) -> HttpResponse:
    """What the letter says, field by field, beside what it lacks; `act` is check, draft or keep."""
    case, user, act = seen(request, number), reader(request), request.POST.get("act", "")
    may_write = may_amend(user, case)
    if request.method == "POST" and not may_write:
        raise PermissionDenied(_("Your role does not change this case."))
    form = ContentsForm(sent_or_drafted(request), case=case)
    if act == DRAFT:
        title = f"{case.number} {_('Contents of the letter')}"
        return keep_draft(request, form.submission_key(), title, form.typed())
    answer = None
    if request.method == "POST" and act != CHECK and form.is_valid():
        answer = _keep(request, form, case)
    elif form.is_bound and act in ("", CHECK) and (request.method == "GET" or act == CHECK):
        form.forgive()
    return answer or _contents_page(request, case, form, may_write=may_write)


def _keep(request: HttpRequest, form: ContentsForm, case: Case) -> HttpResponse | None:
    def do() -> str:
        user, version = reader(request), form.cleaned_data["version"]
        keep_contents(by=user, case=case, said=form.said(), version=version)
        return reverse("cases:contents", args=[case.number])

    answer = carry_out(form, do, by=reader(request), case=case)
    if answer:
        messages.success(request, _("The contents are kept."))
    return answer


def _contents_page(request: HttpRequest, case: Case, form: ContentsForm, *, may_write: bool) -> HttpResponse:
    context = frame_context(request, case, current="contents") | {
        "form": form,
        "rows": [
            (form[name].label, _shown(case, name, value)) for name, value in contents_kept(case).items()
        ],
        "may_write": may_write,
        "lacks": _lacks(case, form),
        "returned_for": _returned_for(request, case),
    }
    return render(request, "cases/contents.html", context)


def _shown(case: Case, name: str, value: object) -> object:
    words = getattr(case.contents, f"get_{name}_display", None)  # type: ignore[attr-defined]
    return words() if words else value


def _returned_for(request: HttpRequest, case: Case) -> list[Reason]:
    """What our letters to this partner lacked most often; its own letters are not returned by it."""
    if case.partner is None or case.direction != Direction.OUT:
        return []
    return common_defects(case.partner, reader(request))


def _lacks(case: Case, form: ContentsForm) -> list[Lack]:
    kept = contents_kept(case)
    said = form.said() if form.is_bound and not form.errors else kept
    items = [item.kind for item in case.items.all()]
    return lacks_of(case, items, kept | said, persons=case.persons_named)  # type: ignore[attr-defined]


@require_POST
@only(may_read_cases)
def contents_live(request: HttpRequest, number: str) -> HttpResponse:
    """What the letter would lack with what is typed so far. Nothing is kept."""
    case = seen(request, number)
    form = ContentsForm(request.POST, case=case)
    form.is_valid()
    form.forgive()
    return render(request, "cases/contents_live.html", {"lacks": _lacks(case, form), "case": case})


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what was logged, with the reason; what rests on the letter's day follows it."""
    case, user = seen(request, number), reader(request)
    if not may_amend(user, case):
        raise PermissionDenied(_("Your role does not change this case."))
    form = AmendForm(request.POST or None, case=case, by=user)

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("reason", "version")}
        amend_case(by=user, case=case, amendment=form.amendment(), **given)
        visible = Case.objects.visible_to(user).filter(pk=case.pk).exists()
        return case.get_absolute_url() if visible else reverse("cases:list")

    answer = carry_out(form, do, by=user, case=case) if request.method == "POST" and form.is_valid() else None
    if answer:
        messages.success(request, _("The correction is recorded; the history tells what changed."))
    return answer or render(request, "cases/amend.html", {"form": form, "case": case})


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def void(request: HttpRequest, number: str) -> HttpResponse:
    """Strike out a case that was registered by mistake; it keeps its number."""
    case, user = seen(request, number), reader(request)
    if not may_void(user, case):
        raise PermissionDenied(_("A supervisor of Justice strikes out a case that still stands."))
    form = VoidForm(request.POST or None, version=case.version)

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("reason", "version")}
        return void_case(by=user, case=case, **given).get_absolute_url()

    answer = carry_out(form, do, by=user, case=case) if request.method == "POST" and form.is_valid() else None
    if answer:
        messages.success(request, _("The case is struck out. Its number is not given again."))
    return answer or render(request, "cases/void.html", {"form": form, "case": case})


@require_safe
@only(may_read_cases)
def struck(request: HttpRequest) -> HttpResponse:
    """The cases that were struck out, so that every number of a series can be accounted for."""
    cases = list(_struck(request).select_related("partner").order_by("-voided_at", "-id")[:200])
    shown_many(request, Case, [case.pk for case in cases])
    return render(request, "cases/struck.html", {"cases": cases})


def struck_page(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a case that was struck out: its number and why, nothing to do.

    :raises Http404: when there is none that the reader may see.
    """
    case = _struck(request).select_related("partner").filter(number=number).first()
    if case is None:
        raise Http404
    shown(request, case)
    entry = audit.history_of(case).filter(verb="case.void").first()
    return render(request, "cases/struck_one.html", {"case": case, "entry": entry})


def _struck(request: HttpRequest) -> CaseQuerySet:
    return Case.objects.visible_to(reader(request)).exclude(voided_at=None)
