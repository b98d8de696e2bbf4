"""The series of figures: all of them, one with its table and corrections, its files; adding, correcting, withdrawing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.views.doors import reader
from reports.actions import add_figure, add_series, correct_figure, withdraw_figure
from reports.figurespage import series_list, series_page, series_report
from reports.forms.figures import (
    BooksForm,
    CorrectFigureForm,
    NewFigureForm,
    NewSeriesForm,
    WithdrawFigureForm,
)
from reports.frame import frame_context
from reports.models import Figure, Series
from reports.rules import may_change_figures
from reports.sheets import header_of, rows_of
from reports.views.doors import carry_out
from reports.written import write
from tracker.access import only
from tracker.commands import taipei_today
from tracker.sheets import FORMATS, sheet_response


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """Every series with its source, its years and when it last changed."""
    context = {
        "series": series_list(request.GET, reverse("reports:figures")),
        "may_change": may_change_figures(reader(request)),
    }
    return render(request, "reports/figures.html", context | frame_context("figures"))


@require_safe
def series(request: HttpRequest, code: str) -> HttpResponse:
    """One series: pictures, table, printed totals, its figures page by page, and what was withdrawn."""
    found, form = get_object_or_404(Series, code=code), BooksForm(request.GET or None)
    asked = {"as_of": form.asked("as_of") or taipei_today(), "known_on": form.asked("known_on")}
    context = {
        "series": found,
        "form": form,
        "page": series_page(found, request.GET, request.path, **asked),
        "may_change": may_change_figures(reader(request)) and asked["known_on"] is None,
        "query": request.GET.urlencode(),
        "files": FORMATS,
    }
    return render(request, "reports/series.html", context | frame_context("figures"))


@require_safe
def download(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The table as csv, xlsx or ods."""
    found, books = get_object_or_404(Series, code=code), BooksForm(request.GET or None)
    if form not in FORMATS:
        raise Http404(form)
    as_of = books.asked("as_of") or taipei_today()
    report = series_report(found, as_of=as_of, known_on=books.asked("known_on"))
    return sheet_response(form, f"{code}-{as_of:%Y%m%d}", header_of(report), rows_of(report, write(report)))


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_change_figures)
def new_series(request: HttpRequest) -> HttpResponse:
    """Add a series without figures yet."""
    form = NewSeriesForm(request.POST or None)

    def do() -> str:
        added = add_series(by=reader(request), series=form.series())
        return reverse("reports:series", args=[added.code])

    answer = carry_out(request, form, do)
    context = {"form": form, "title": _("Add a series"), "button": _("Add the series")}
    return answer or render(request, "reports/figure_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_change_figures)
def new_figure(request: HttpRequest, code: str) -> HttpResponse:
    """Add one figure to a series."""
    found = get_object_or_404(Series, code=code)
    form = NewFigureForm(request.POST or None, today=taipei_today())

    def do() -> str:
        add_figure(by=reader(request), figure=form.figure(found))
        return reverse("reports:series", args=[code])

    answer = carry_out(request, form, do)
    context = {"form": form, "series": found, "title": _("Add a figure"), "button": _("Add the figure")}
    return answer or render(request, "reports/figure_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_change_figures)
def correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw a figure and put another in its place, with the reason."""
    figure = _standing(code, pk)
    initial = {"value": figure.value, "is_outlier": figure.is_outlier, "note": figure.note}
    form = CorrectFigureForm(request.POST or None, initial=initial)

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("value", "is_outlier", "note", "reason")}
        correct_figure(by=reader(request), figure=figure, **given)
        return reverse("reports:series", args=[code])

    answer = carry_out(request, form, do)
    context = {
        "form": form,
        "figure": figure,
        "series": figure.series,
        "title": _("Correct a figure"),
        "button": _("Correct it"),
    }
    return answer or render(request, "reports/figure_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_change_figures)
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw a figure with the reason; nothing takes its place."""
    figure, form = _standing(code, pk), WithdrawFigureForm(request.POST or None)

    def do() -> str:
        withdraw_figure(by=reader(request), figure=figure, reason=form.cleaned_data["reason"])
        return reverse("reports:series", args=[code])

    answer = carry_out(request, form, do)
    context = {
        "form": form,
        "figure": figure,
        "series": figure.series,
        "title": _("Withdraw a figure"),
        "button": _("Withdraw it"),
    }
    return answer or render(request, "reports/figure_form.html", context)


def _standing(code: str, pk: int) -> Figure:
    """:raises Http404: for a figure of another series, or one that does not exist."""
    return get_object_or_404(Figure.objects.select_related("series", "partner"), series__code=code, pk=pk)
