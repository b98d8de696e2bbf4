"""How one sees the list of cases: saved views, the columns, and that it was looked at."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.filters import CaseFilter
from cases.forms.views import ColumnsForm, ViewForm
from cases.listing import columns_of
from cases.offered import PLACE
from cases.rules import may_read_cases
from cases.shelf import shelf_of
from cases.views.doors import reader
from tracker.access import only
from tracker.actions import change_view, choose_columns, drop_view, look_at, once, save_view
from tracker.models import SavedView
from tracker.savedviews import ViewRefused, may_change_view, views_for


def _seen(request: HttpRequest, pk: int) -> SavedView:
    """:raises Http404: for a view that the reader does not see, as for one that does not exist."""
    return get_object_or_404(views_for(reader(request), PLACE), pk=pk)


def _own(request: HttpRequest, pk: int) -> SavedView:
    """:raises PermissionDenied: for a view that somebody shared: it is seen, but not changed."""
    view = _seen(request, pk)
    if not may_change_view(reader(request), view):
        raise PermissionDenied(_("Only the person who made a view changes it."))
    return view


def _list(request: HttpRequest, query: str) -> CaseFilter:
    path, today = reverse("cases:list"), timezone.localdate()
    return CaseFilter(QueryDict(query), reader=reader(request), today=today, path=path)


def _address(view: SavedView) -> str:
    """The list as the view shows it; the address names the view."""
    query = f"{view.query}&" if view.query else ""
    return f"{reverse('cases:list')}?{query}view={view.pk}"


@require_safe
@only(may_read_cases)
def views(request: HttpRequest) -> HttpResponse:
    """The saved views that the reader sees, and what others did in each since it was last opened."""
    today = timezone.localdate()
    return render(
        request, "cases/views.html", {"shelf": shelf_of(reader(request), today=today), "today": today}
    )


@require_safe
@only(may_read_cases)
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a saved view: it is looked at from now on, and its list follows."""
    found = _seen(request, pk)
    look_at(by=reader(request), place=PLACE, view=found)
    return redirect(_address(found))


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def save_list(request: HttpRequest) -> HttpResponse:
    """Keep the list that the address tells as a view."""
    user, filtered = reader(request), _list(request, request.GET.urlencode())
    form = ViewForm(request.POST or None)

    def do() -> str:
        columns = [column.name for column in columns_of(filtered)]
        given = {"name": form.cleaned_data["name"], "reach": form.cleaned_data["reach"]}
        made = save_view(by=user, place=PLACE, query=filtered.query, columns=columns, **given)
        return _address(made)

    if request.method == "POST" and form.is_valid():
        try:
            answer = redirect(once(form.cleaned_data["key"], by=user, do=do))
        except ViewRefused as refused:
            form.refuse_view(refused)
        else:
            messages.success(request, _("The view is saved."))
            return answer
    return render(request, "cases/view_form.html", {"form": form, "filter": filtered})


@require_POST
@only(may_read_cases)
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a view of one's own show the list that the address tells instead, with the columns that are in view."""
    found, filtered = _own(request, pk), _list(request, request.GET.urlencode())
    columns = [column.name for column in columns_of(filtered)]
    kept = {"name": found.name, "reach": found.reach, "query": filtered.query}
    try:
        change_view(by=reader(request), view=found, columns=columns, **kept)
    except ViewRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect(filtered.address())
    messages.success(request, _("The view is changed."))
    return redirect("cases:view", pk)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view or share it otherwise; `act=drop` deletes it."""
    found, user = _own(request, pk), reader(request)
    if request.POST.get("act") == "drop":
        drop_view(by=user, view=found)
        messages.success(request, _("The view is deleted."))
        return redirect("cases:views")
    form = ViewForm(request.POST or None, initial={"name": found.name, "reach": found.reach})
    if request.method == "POST" and form.is_valid():
        given = {"name": form.cleaned_data["name"], "reach": form.cleaned_data["reach"]}
        try:
            change_view(by=user, view=found, **given)
        except ViewRefused as refused:
            form.refuse_view(refused)
        else:
            messages.success(request, _("The view is changed."))
            return redirect("cases:views")
    context = {"form": form, "view": found, "filter": _list(request, found.query)}
    return render(request, "cases/view_form.html", context)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def columns(request: HttpRequest) -> HttpResponse:
    """Choose the columns: of a view of one's own when the address names it, else of the list."""
    user, filtered = reader(request), _list(request, request.GET.urlencode())
    own = filtered.view if filtered.view and filtered.view.is_own else None
    sent = request.POST if request.method == "POST" else None
    form = ColumnsForm(sent, chosen=[column.name for column in columns_of(filtered)])
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["columns"]
        if own:
            kept = _seen(request, own.pk)
            change_view(by=user, view=kept, name=kept.name, reach=kept.reach, columns=chosen)
        else:
            choose_columns(by=user, place=PLACE, columns=chosen, looked_at=filtered.looked_at)
        return redirect(filtered.address(**({} if own else {"view": ""})))
    return render(request, "cases/columns.html", {"form": form, "filter": filtered, "view": own})


@require_POST
@only(may_read_cases)
def looked(request: HttpRequest) -> HttpResponse:
    """What changed until now was looked at; what others do from now on is news."""
    look_at(by=reader(request), place=PLACE)
    messages.success(request, _("News counts from now on."))
    return redirect("cases:list")
