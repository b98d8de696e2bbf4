"""The status board: as lanes, as a table, as a map, and its rows as a sheet."""

from collections.abc import Callable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import board as pages
from agreements.addresses import address
from agreements.exports import header, sheet_rows
from agreements.filters import AgreementFilter
from agreements.rules import may_import, may_register
from tracker.models import User
from tracker.sheets import FORMATS, sheet_response

Page = pages.LanesPage | pages.TablePage | pages.MapPage
SHAPES: dict[str, tuple[Callable[[AgreementFilter, User], Page], str]] = {
    "board": (pages.lanes_page, "agreements/board_lanes.html"),
    "table": (pages.table_page, "agreements/board_table.html"),
    "map": (pages.map_page, "agreements/board_map.html"),
}


def _filtered(request: HttpRequest) -> AgreementFilter:
    reader = cast(User, request.user)
    path = reverse("agreements:board")
    return AgreementFilter(request.GET, reader=reader, today=timezone.localdate(), path=path)


def _download(filtered: AgreementFilter, format: str) -> str:
    return address(reverse("agreements:export"), filtered.state, view="", format=format)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Where every agreement stands on a day."""
    reader = cast(User, request.user)
    filtered = _filtered(request)
    shape = request.GET.get("view", "board")
    make, template = SHAPES.get(shape, SHAPES["board"])
    page = make(filtered, reader)
    context = {
        "filter": filtered,
        "as_of": filtered.as_of,
        "today": filtered.as_of.today,
        "shape": shape if shape in SHAPES else "board",
        "shapes": {name: filtered.address(view="" if name == "board" else name) for name in SHAPES},
        "downloads": {name: _download(filtered, name) for name in FORMATS},
        "figures": pages.figures(filtered),
        "page": page,
        "nothing": None if filtered.outline.lines else pages.nothing(filtered, reader),
        "may_register": may_register(reader),
        "may_import": may_import(reader),
    }
    return render(request, template, context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list, filtered alike, as CSV, XLSX or ODS."""
    filtered = _filtered(request)
    name = f"{_('agreements')}-{filtered.as_of.day:%Y%m%d}"
    wanted = request.GET.get("format", "csv")
    if wanted not in FORMATS:
        raise Http404(wanted)
    return sheet_response(wanted, name, header(), sheet_rows(filtered.qs, filtered.as_of.day))
