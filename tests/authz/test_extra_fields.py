"""AZ-14: no form takes a field that it does not offer, whoever sends it and whatever state the record is in.

Every form of every page of the matrix is filled in and sent twice: as it is, and with a field more for each column of the
tables that it wrote, and for all that would make somebody more than they are. Both write the same, value by value. The two are
sent at one moment of a clock that stands still; what they wrote is taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path
from django.utils import timezone

from tests.authz.asking import address, patterns, rows, signed_in
from tests.authz.offered import AS_SENT, POISON_NUMBER, Sent, differing, filled, forms_of, name_of_form, send
from tests.authz.world import World
from tracker import urls as project
from tracker.models import SavedView

pytestmark = pytest.mark.django_db
POISON = "POISONED"
GENERAL: dict[str, str] = {
    "id": str(POISON_NUMBER), "pk": str(POISON_NUMBER), "state": "I90", "secrecy": "3", "level": "3", "is_sealed": "on", "owner": "1",
    "created_by": "1", "is_staff": "on", "is_superuser": "on", "is_active": "", "role": "administrator", "ministry": "justice",
    "clearance": "3", "desk": POISON, "decided_by": "1", "approved_by": "1", "approved_at": "2001-02-03 04:05", "signed_by": "1",
    "recorded_at": "2001-02-03 04:05", "recorded_by": "1", "number": POISON, "officer": "1", "user": "1", "by": "1", "person": "1",
    "asked_by": "1", "permissions": "1", "groups": "1", "password": POISON, "username": POISON, "ends_on": "2099-01-01",
    "voided_at": "2001-02-03 04:05", "withdrawn_at": "2001-02-03 04:05", "case": "1", "agreement": "1", "document": "1",
}  # fmt: skip
"""What would make somebody more than they are, or something else than it is."""
SENDERS = ("P3", "P5", "P2", "P1", "P4", "P7", "P6")
LEFT_ALONE = {"account_logout", "admin:logout", "set_language", "policy_report"}
AROUND = {
    "django_session", "tracker_session", "tracker_entry", "tracker_look", "tracker_lookedat", "tracker_listlook", "tracker_submission",
    "tracker_keptform", "tracker_searchline",
}  # fmt: skip
"""Tables that every request or every deed writes; what stands in them comes from the others."""

OF_THE_REQUEST = {"django_session", "tracker_session"}
TRIES = 3
"""So many of those to whom a form is offered send it, until one of them is let do it."""
WITHOUT_EFFECT = {
    "admin:agreements_groupmembership_add": "there is no group to choose",
    "admin:cases_case_change": "read-only: refused",
    "agreements:import": "takes a sheet; what was planned is carried out by import_apply, which is sent",
    "cases:import": "the same",
    "reports:import": "the same",
    "cases:disposal": "no case is due",
    "cases:extension": "one is asked for already",
    "cases:find_person": "looks somebody up",
    "cases:uncover_persons": "the same",
    "cases:resume": "no case is on hold",
    "cases:stop": "every clock stands still already",
    "reports:answer_pack": "gives out papers",
    "reports:brief": "the same",
    "reports:propose_weights": "another proposal waits",
    "reports:withdraw_act": "the first act of a recommendation stays",
    "signin_add_passkey": "needs a device; tests/tracker/test_signin_passkeys.py",
    "signin_add_totp": "needs a device; tests/tracker/test_signin_factors.py",
}
"""Forms whose sending writes nothing here, and why."""
KEY = "00000000-0000-4000-8000-00000000a214"


@dataclass(frozen=True, slots=True)
class Place:
    """A form that a page offers to somebody, and what is sent as it is."""

    who: str
    where: str
    data: dict[str, Any]
    offered: frozenset[str]


@pytest.fixture(scope="module")
def moment() -> Iterator[datetime]:
    with time_machine.travel(timezone.now(), tick=False):
        yield timezone.now()


@pytest.fixture(scope="module")
def clients(world, moment):
    return signed_in(world)


def said_in(world: World) -> dict[str, dict[str, str]]:
    """What a form is told that cannot be guessed from its controls."""
    cases, later = world.cases, world.today + timedelta(days=400)
    rivals = f"{cases['ordinary'].number}\n{world.things['ordinary']['link'].other.number}"
    return {
        "admin:agreements_partner_add": {"code": "XQ"},
        "admin:agreements_partnergroup_add": {"code": "sample"},
        "admin:agreements_statedfigure_add": {"as_of": "2023-01-01"},
        "admin:reports_controltotal_add": {"year": "2023"},
        "admin:reports_figure_add": {"year": "2023"},
        "admin:reports_series_add": {"code": "sample-series"},
        "admin:tracker_setting_add": {"value": "100"},
        "cases:add_item": {"kind": "service"},
        "cases:basis": {"basis": "reciprocity"},
        "cases:extension": {"due_asked_year": str(later.year - 1911)},
        "cases:hold": {"until_year": str(later.year - 1911)},
        "cases:items": {f"words_{number}": "" for number in range(20)} | {f"state_{number}": "done" for number in range(20)},
        "cases:letter_meaning": dict.fromkeys((f"promised_on_0_{part}" for part in ("year", "month", "day")), ""),
        "cases:link": {"other": cases["internal"].number},
        "cases:new_competition": {"cases": rivals},
        "cases:persons": {"nationality": "XB"},
        "cases:promises": dict.fromkeys((f"counted_from_{part}" for part in ("year", "month", "day")), ""),
        "cases:readers": {"ends_at": f"{later} 12:00", "ministry": "", "desk": ""},
        "cases:step": dict.fromkeys((f"due_on_{part}" for part in ("year", "month", "day")), "") | {"ground": "", "defect": ""},
        "reports:brief": {"as_of": ""},
        "reports:new_figure": {"year": "2023", "remainder": ""},
        "reports:new_recommendation": {"code": "113-01"},
        "reports:new_series": {"code": "sample-series"},
    }  # fmt: skip


@pytest.fixture(scope="module")
def places(world, answers) -> dict[tuple[Any, ...], list[Place]]:
    """Every form by its name, its fields and the button it is sent with; each with all to whom it is offered."""
    known, found, said, pressed = patterns(), {}, said_in(world), {"agreements:correct": {"act": "take"}}
    for who in SENDERS:
        for row in rows():
            cell = answers.get((row.name, row.method, row.about, who))
            if row.method != "GET" or cell is None or cell.code != "200" or cell.kind != "text/html":
                continue
            where = address(world, row.name, row.about, known[row.name])
            for target, form, button in forms_of(cell.body.decode(), where):
                name = name_of_form(target)
                if name not in LEFT_ALONE and not name.endswith("_changelist"):
                    kind = (
                        name,
                        frozenset(form.controls),
                        () if name[:6] == "admin:" else tuple(button.items()),
                    )
                    data = (
                        filled(form, said.get(name, {}), today=world.today) | button | pressed.get(name, {})
                    )
                    found.setdefault(kind, []).append(
                        Place(who, target, data, frozenset({*form.controls, *data}))
                    )
    return found


def more_fields(sent: Sent, offered: frozenset[str]) -> dict[str, str]:
    """A field for each column of the tables that were written, with a value of its kind that nobody chose."""
    poison = dict(GENERAL)
    written = {model for model in apps.get_models() if model._meta.db_table in sent.tables - AROUND}
    for model in written:
        for column in model._meta.concrete_fields:
            poison |= dict.fromkeys((column.name, column.attname), _poison(column))
    prefixes = {"", *(name.rpartition("-")[0] + "-" for name in offered if "-" in name)}
    named = {prefix + name: value for prefix in prefixes for name, value in poison.items()}
    return {name: value for name, value in named.items() if name not in offered}


def _poison(column: Any) -> str:
    if column.choices:
        return str(list(column.flatchoices)[-1][0])
    of_kind: list[tuple[type, str]] = [
        (models.BooleanField, "on"),
        (models.DateTimeField, "2001-02-03 04:05"),
        (models.DateField, "2001-02-03"),
        (models.UUIDField, "00000000-0000-4000-8000-00000000dead"),
        (models.IntegerField, str(POISON_NUMBER)),
        (models.ForeignKey, "1"),
    ]
    return next((value for kind, value in of_kind if isinstance(column, kind)), POISON)


def taken(client: Client, place: Place, plain: Sent) -> list[str]:
    """What fields that the form does not offer change in what sending it does."""
    more = more_fields(plain, place.offered)
    poisoned = send(client, place.where, place.data | more)
    found = [table for table, _sql, values in poisoned.written if POISON in " ".join(values)]
    return [*differing(plain, poisoned), *(f"{table}: {POISON}" for table in found if table not in AS_SENT)]


def has_effect(sent: Sent) -> bool:
    return bool(sent.tables - AROUND) or (sent.code == 302 and bool(sent.tables - OF_THE_REQUEST))


def test_no_form_takes_a_field_that_it_does_not_offer(clients, places):
    differing, effective = [], set()
    for (name, *_kind), offers in places.items():
        place, plain = offers[0], None
        for place in offers[:TRIES]:
            plain = send(clients[place.who], place.where, place.data)
            if has_effect(plain):
                effective.add(name)
                break
        assert plain is not None
        differing += [f"{name} {place.who}: {line}" for line in taken(clients[place.who], place, plain)]

    names = {kind[0] for kind in places}
    assert differing == []
    assert names - effective == set(WITHOUT_EFFECT)
    assert len(effective) >= 100


class Careless(forms.ModelForm):
    """A form with one column more than the page offers."""

    class Meta:
        model = SavedView
        fields = ("name", "query")


def by_a_form(request: HttpRequest) -> HttpResponse:
    form = Careless(request.POST or None, instance=request.user.saved_views.get())
    if form.is_valid():
        form.save()
        return HttpResponseRedirect("/")
    return HttpResponse("refused")


def by_name(request: HttpRequest) -> HttpResponse:
    view = request.user.saved_views.get()
    for column in view._meta.concrete_fields:
        if column.name in request.POST and not (column.primary_key or column.is_relation):
            setattr(view, column.name, request.POST[column.name])
    view.save(update_fields=["name", "query"])
    return HttpResponseRedirect("/")


urlpatterns = [path("form/", by_a_form), path("name/", by_name), *project.urlpatterns]


@pytest.mark.parametrize("where", ["/form/", "/name/"])
def test_a_form_that_takes_more_than_it_offers_is_found(clients, settings, where):
    """The control: a page offers the name of a view, and its door takes the other columns too."""
    settings.ROOT_URLCONF = __name__
    place = Place("P3", where, {"name": "示例"}, frozenset({"name"}))
    careful = Place(
        "P3",
        "/cases/views/save/",
        {"name": "另一個示例", "reach": "mine", "key": KEY},
        frozenset({"name", "key", "reach"}),
    )

    found = [taken(clients["P3"], one, send(clients["P3"], one.where, one.data)) for one in (place, careful)]

    assert (found[0] != [], found[1]) == (True, [])
