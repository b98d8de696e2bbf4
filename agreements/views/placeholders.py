"""Place-holders of files that are state secrets, which are kept outside this system."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements.actions.placeholders import record_placeholder, withdraw_placeholder
from agreements.forms.placeholders import PlaceholderForm, WithdrawPlaceholderForm
from agreements.models import Placeholder
from agreements.rules import may_keep_placeholders
from agreements.views.deeds import carry_out
from agreements.views.doors import reader
from tracker.access import only
from tracker.looks import shown_many


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_keep_placeholders)
def placeholders(request: HttpRequest) -> HttpResponse:
    """All place-holders, and a form for another one."""
    user = reader(request)
    form = PlaceholderForm(request.POST or None)

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("code_name", "kept_where")}
        record_placeholder(by=user, today=timezone.localdate(), **given)
        return reverse("agreements:placeholders")

    answer = carry_out(form, do, by=user) if request.method == "POST" else None
    rows = list(Placeholder.objects.visible_to(user).select_related("recorded_by"))
    shown_many(request, Placeholder, [row.pk for row in rows])
    return answer or render(request, "agreements/placeholders.html", {"rows": rows, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_keep_placeholders)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place-holder back, with a reason."""
    user = reader(request)
    row = get_object_or_404(Placeholder.objects.visible_to(user), pk=pk, withdrawn_at=None)
    form = WithdrawPlaceholderForm(request.POST or None)

    def do() -> str:
        withdraw_placeholder(by=user, placeholder=row, reason=form.cleaned_data["reason"])
        return reverse("agreements:placeholders")

    answer = carry_out(form, do, by=user) if request.method == "POST" else None
    return answer or render(request, "agreements/placeholder_withdraw.html", {"row": row, "form": form})
