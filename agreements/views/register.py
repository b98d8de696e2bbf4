"""Opening a file by the right path, and changing what describes it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import edit, register
from agreements.forms.register import EditForm, RegisterForm
from agreements.record.proposed import laid_out
from agreements.rules import may_edit, may_register
from agreements.views.deeds import carry_out
from agreements.views.doors import reader, require, seen
from tracker.views.drafts import keep_draft, sent_or_drafted


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask, propose nature and track with the steps that will follow (`act=check`), then open the file (`act=take`)."""
    user = reader(request)
    require(may_register(user), _("Your role does not open files."))
    initial = {"partner": request.GET.get("partner", "")}
    form = RegisterForm(sent_or_drafted(request), by=user, today=timezone.localdate(), initial=initial)
    act = request.POST.get("act")
    answer = None
    if act == "check" and form.is_valid():
        context = {"form": form, "laid_out": laid_out(form.registration(), form.proposal())}
        return render(request, "agreements/register_check.html", context)
    if act == "take":
        answer = _register(form)
    elif act == "draft":
        title = f"{_('Register an agreement')}: {form['title_zh'].value() or '—'}"
        answer = keep_draft(request, form.submission_key(), title, form.typed())
    elif form.is_bound and act != "check":
        form.forgive()
    return answer or render(request, "agreements/register_form.html", {"form": form})


def _register(form: RegisterForm) -> HttpResponse | None:
    today = timezone.localdate()

    def do() -> str:
        return register(by=form.by, today=today, **form.registration()).get_absolute_url()

    return carry_out(form, do, by=form.by)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Change what describes the agreement; the audit entry keeps both values."""
    agreement, user = seen(request, number), reader(request)
    require(may_edit(user, agreement), _("Only the ministries concerned change this file."))
    form = EditForm(request.POST or None, agreement=agreement, by=user)

    def do() -> str:
        version, today = form.cleaned_data["version"], timezone.localdate()
        edit(by=user, agreement=agreement, today=today, version=version, **form.changes())
        return agreement.get_absolute_url()

    answer = None
    if request.method == "POST":
        answer = carry_out(form, do, by=user, about=agreement)
    return answer or render(request, "agreements/edit.html", {"form": form, "agreement": agreement})
