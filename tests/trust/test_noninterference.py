"""AZ-6, AZ-9: what somebody sees does not depend on what is hidden from that person, nor lead to it from beside.

The world of the matrix is walked as an officer who is cleared for internal papers, and its lists as a supervisor. Then
sealed cases come to it, and the supervisor walks again; then restricted ones with agreements, contacts, letters and papers,
and the officer walks again. Each answer is compared byte by byte, with status and headers; what is masked stands in
twoworlds.MASKS. `drills/noninterference.py` does the same with 200 hidden cases, for everybody.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from agreements.actions.register import next_number
from cases.models import CaseQuerySet
from reports.digests import Span, sentences
from tests.authz.asking import signed_in
from tests.authz.world import World
from tests.cases import makers as case_makers
from tests.trust import twoworlds
from tests.trust.crawling import name_of
from tests.trust.twoworlds import Told, differing, walked
from tracker.models import User
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
TELLING = (
    "/agreements/", "/agreements/home/", "/partners/XA/", "/cases/", "/cases/home/", "/cases/letters/", "/cases/promises/",
    "/cases/export/", "/reports/", "/reports/home/", "/reports/reciprocity/", "/search/?q=TOKEN", "/admin/cases/case/",
    "/reports/all/S01/",
)  # fmt: skip
"""Where the control looks: places that do tell of restricted files to those who may see them."""


@dataclass
class Walks:
    """What the officer (P4) and the supervisor (P5) were told before anything was hidden, and after."""

    world: World
    clients: dict[str, Any]
    before: dict[str, dict[str, Told]]
    after: dict[str, dict[str, Told]]
    beside: list[Any]


def beside_pages(world: World) -> dict[str, Any]:
    """What leaves the house or is counted on without a page: digests, and the next free numbers of every series."""
    day = world.today
    told: dict[str, Any] = {
        who: sentences(
            User.objects.get(pk=world.people[who].pk), Span(day - timedelta(days=8), day), today=day
        )
        for who in ("P4", "P10")
    }
    with transaction.atomic():
        wu = world.people["P4"]
        given: dict[str, Any] = {"received_on": day, "today": day}
        told["cases"] = [
            case_makers.case(
                wu, direction=direction, secrecy=level, letter_on=day if direction == "in" else None, **given
            ).number
            for direction in ("in", "out")
            for level in (Secrecy.ORDINARY, Secrecy.INTERNAL)
        ]
        told["agreement"] = next_number(day)
        transaction.set_rollback(True)
    return told


@pytest.fixture(scope="module")
def walks(django_db_setup, django_db_blocker, tmp_path_factory):
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        time_machine.travel(timezone.now(), tick=False),
        transaction.atomic(),
    ):
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("documents"))
        world = twoworlds.begin()
        clients = signed_in(world)
        before = {
            "P4": walked(clients["P4"], twoworlds.addresses(world, "P4")),
            "P5": walked(clients["P5"], [*twoworlds.places(world), *TELLING]),
        }
        beside = [beside_pages(world)]
        twoworlds.hide_sealed(world)
        after = {"P5": walked(clients["P5"], before["P5"])}
        twoworlds.hide_restricted(world)
        after["P4"] = walked(clients["P4"], before["P4"])
        yield Walks(world, clients, before, after, [*beside, beside_pages(world)])
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", ["P4", "P5"])
def test_no_answer_depends_on_what_is_hidden(walks, who):
    assert list(differing(walks.before[who], walks.after[who])) == []


def test_the_walks_were_those_of_people_who_are_let_in(walks):
    """Else both would have compared the page of the sign-in with itself."""
    for who, least in (("P4", 140), ("P5", 90)):
        name = str(walks.world.people[who]).encode()
        pages = [one for one in walks.before[who].values() if one.status == 200]
        whole = [one.body for one in pages if b"<nav" in one.body and b"</html>" in one.body]

        assert (len(pages) > least, len(whole) > least * 0.7) == (True, True)
        assert [body[:200] for body in whole if name not in body] == []
        assert [where for where, one in walks.before[who].items() if one.status >= 500] == []


def test_neither_digests_nor_the_next_free_numbers_depend_on_what_is_hidden(walks):
    before, after = walks.beside

    assert before == after
    assert before["P4"]


def test_the_same_walk_tells_those_apart_who_may_see_it(walks):
    """The control: to the supervisor, who is cleared for restricted files, all these places tell of them."""
    after = walked(walks.clients["P5"], TELLING)

    assert [where for where in TELLING if after[where] == walks.after["P5"][where]] == []


def test_what_stands_beside_a_file_leads_to_a_hidden_one_only_who_may_see_it(walks):
    """AZ-9: a link, papers, concurrent requests, the agreement that another renews, the partner."""
    shown, hidden = walks.world.cases["ordinary"], walks.world.cases["restricted"]
    agreement = walks.world.agreements["ordinary"]
    beside = {
        reverse("cases:related", args=[shown.number]): hidden.number,
        reverse("cases:documents", args=[shown.number]): "TOKENRESTRICTED",
        reverse("cases:competitions"): "TOKENRESTRICTED",
        reverse("agreements:detail", args=[agreement.number]): walks.world.agreements["restricted"].number,
        reverse("agreements:contacts", args=["XA"]): "TOKENRESTRICTED",
    }

    told_to = {
        who: [
            where
            for where, word in beside.items()
            if word.encode() in walked(walks.clients[who], [where])[where].body
        ]
        for who in ("P4", "P5")
    }

    assert told_to == {"P4": [], "P5": list(beside)}
    back = reverse("cases:related", args=[hidden.number])
    assert [walked(walks.clients[who], [back])[back].status for who in ("P4", "P5")] == [404, 200]


def test_a_list_that_forgets_to_hide_is_found(walks, monkeypatch):
    """The control: the officer's own walk, where cases are asked for without regard to who asks."""
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda rows, user: rows.all())
    places = ("/cases/", "/cases/export/", "/search/?q=TOKEN", "/cases/emergency/")
    after = walked(walks.clients["P4"], places)

    found = {
        name_of(line.partition(": ")[0])
        for line in differing({p: walks.before["P4"][p] for p in places}, after)
    }
    assert found == {"cases:list", "cases:export", "search"}


def test_a_count_that_forgets_to_hide_is_found(walks):
    """The control: another digit in a page is another page."""
    told = walks.before["P4"]["/cases/"]
    more = Told(told.status, told.headers, re.sub(rb"\d(?=[^\d<>]*<)", b"#", told.body, count=1))

    assert list(differing({"/cases/": told}, {"/cases/": told})) == []
    assert list(differing({"/cases/": told}, {"/cases/": more})) != []
