"""AZ-7: what is hidden answers as what never was: the same code, headers and body, after as many statements.

Every address with a key in it is asked twice by somebody who may not see the thing: with the key of a hidden thing, and
with one that nothing has; addresses with two keys also with the key of a hidden thing under a case that may be seen. The
addresses are those of the matrix (tests/authz/matrix.csv), which every new one must enter; one with a key that nobody
is refused here must stand in OPEN with its reason.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.urls import reverse
from django.utils.html import escape

from cases.models import CaseQuerySet
from cases.record.frame import framed
from tests.authz.asking import ABSENT, PRINCIPALS, address, patterns, rows, signed_in
from tests.authz.world import World
from tests.trust.twoworlds import Told, standing_world, told
from tracker.statements import Prepared

pytestmark = pytest.mark.django_db
OF_FILES = {"number", "agreement"}
SPACES = ("cases", "agreements")
LET_IN = {"P1", "P4", "P5", "P10"}
HIDDEN_FROM = {"sealed": ("P4", "P5"), "restricted": ("P4",)}
"""The sealed case has one reader, jun; wu, of another section, is cleared for internal papers only."""
OF_PARTNERS = "partners are public: their pages exist for everybody who is let in"
OF_REPORTS = (
    "figures, recommendations and reports are read by all who read reports, or by nobody of that role"
)
OF_PEOPLE = "people are administered by those who see all of them, and shut to others"
type Pair = tuple[str, str, str, str, str]
"""The name of the address, a method, who asks, the address of a hidden thing, and that of none."""
OPEN = {
    **dict.fromkeys(
        ("agreements:contacts", "agreements:new_contact", "agreements:partner", "agreements:withdraw_contact", "note:page",
         "practice:add", "practice:card", "practice:change", "practice:measure", "practice:verify", "practice:withdraw"),
        OF_PARTNERS,
    ),
    **dict.fromkeys(
        ("reports:answer_pack", "reports:brief", "reports:correct_figure", "reports:decide_weights", "reports:new_act",
         "reports:new_evidence", "reports:new_figure", "reports:reciprocity_of", "reports:recommendation",
         "reports:recommendation_days", "reports:report", "reports:report_file", "reports:series", "reports:series_file",
         "reports:withdraw_act", "reports:withdraw_evidence", "reports:withdraw_figure"),
        OF_REPORTS,
    ),
    **dict.fromkeys(
        ("people:act", "people:change", "people:person", "signin_person"),
        OF_PEOPLE,
    ),
    **dict.fromkeys(
        ("agreements:import_apply", "agreements:import_check", "agreements:import_undo", "reports:import_apply",
         "reports:import_check", "reports:import_undo"),
        "everybody who may import sees every batch of the kind; nobody else is let in",
    ),
    **dict.fromkeys(
        ("cases:disposal_act", "cases:disposal_list"),
        "supervisors of justice plan disposal, and there is no list here; nobody else is let in",
    ),
    "reports:feed": "the address itself is the secret",
    "drop_draft": "it drops what is one's own, and goes back where nothing is",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), standing_world(tmp_path_factory.mktemp("documents")) as found:
        yield found


@pytest.fixture(scope="module")
def clients(world):
    found = signed_in(world)
    for who in LET_IN:
        told(found[who], "/cases/199-受-9999/")  # what a process reads once, it has read
    return found


def keyed() -> dict[str, tuple[str, ...]]:
    """Every address with a key in it, but those of the admin, which begin from the same lists."""
    return {
        name: keys for name, keys in patterns().items() if keys and not name.startswith(("admin:", "route "))
    }


def methods_of(name: str) -> set[str]:
    return {row.method for row in rows() if row.name == name} & {"GET", "POST"}


def pairs_of_files(world: World) -> Iterator[Pair]:
    """For each address of a case, an agreement, a letter, a document: hidden from whom, a hidden one's, an absent one's."""
    for name, keys in keyed().items():
        space = name.partition(":")[0]
        level = "restricted" if space == "agreements" or "agreement" in keys else "sealed"
        if not (name == "document" or (space in SPACES and OF_FILES & set(keys)) or _is_of_a_case(name)):
            continue
        hidden, absent = (address(world, name, about, keys) for about in (level, "absent"))
        for who, method in product(HIDDEN_FROM[level], methods_of(name)):
            if (level, who, method) == ("sealed", "P4", "POST"):
                continue  # the supervisor, who may do more, sends the same forms
            yield name, method, who, hidden, absent
            if {"number", "pk"} <= set(keys):
                yield name, method, who, *_under_one_that_is_seen(world, name, keys, level)


def _is_of_a_case(name: str) -> bool:
    return name == "cases:competition" or name.startswith("cases:letter_") or name == "cases:letter"


def _under_one_that_is_seen(world: World, name: str, keys: tuple[str, ...], level: str) -> tuple[str, str]:
    seen = (world.cases if name.startswith("cases:") else world.agreements)["ordinary"].number
    hidden = address(world, name, level, keys).rstrip("/").split("/")
    key = next(part for part in reversed(hidden) if part.isdigit())
    return tuple(reverse(name, kwargs={"number": seen, "pk": one}) for one in (key, ABSENT["pk"]))  # type: ignore[return-value]


def pairs_of_own(world: World) -> Iterator[Pair]:
    """For each thing that the matrix hides from a principal who is let in: views, drafts, jobs, reports of others."""
    known = keyed()
    for row in rows():
        if row.name in known and row.about == "one":
            hidden, absent = (address(world, row.name, about, known[row.name]) for about in ("one", "absent"))
            refused = {who for who, code in zip(PRINCIPALS, row.codes, strict=True) if code == "404"}
            for who in sorted(refused & LET_IN):
                yield row.name, row.method, who, hidden, absent


def without(address: str, answer: Told) -> Told:
    """The answer without the address that was asked, in whatever way a page writes it."""
    body = answer.body
    for spelt in (
        address,
        unquote(address),
        quote(address),
        quote(address, safe=""),
        escape(unquote(address)),
    ):
        body = body.replace(spelt.encode(), b"")
    return Told(answer.status, answer.headers, body, answer.statements)


def unlike(clients: dict[str, Any], pair: Pair) -> Iterator[str]:
    """How the two answers differ."""
    name, method, who, hidden, absent = pair
    data = {} if method == "POST" else None
    one, other = (without(where, told(clients[who], where, data)) for where in (hidden, absent))
    if one != other or one.status not in (403, 404, 405):
        yield f"{name} {method} {who}: {one.status}, {other.status}, {len(one.body)}, {len(other.body)}"
    elif one.statements != other.statements:
        yield f"{name} {method} {who}: {one.statements} statements, {other.statements}"


def test_a_hidden_file_or_paper_answers_as_one_that_never_was(world, clients):
    found = [line for pair in pairs_of_files(world) for line in unlike(clients, pair)]

    assert found == []


def test_what_belongs_to_somebody_else_answers_as_what_never_was(world, clients):
    found = [line for pair in pairs_of_own(world) for line in unlike(clients, pair)]

    assert found == []


def test_no_address_with_a_key_is_left_out(world):
    asked = {pair[0] for pair in (*pairs_of_files(world), *pairs_of_own(world))}

    assert sorted(set(keyed()) - asked - set(OPEN)) == []
    assert sorted(asked & set(OPEN)) == []
    assert len(asked) > 60


def test_a_door_that_forgets_to_hide_is_found(world, clients, monkeypatch):
    """The control: with cases that are hidden from nobody, their pages answer otherwise."""
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda rows, user: rows.all())
    monkeypatch.setattr("cases.views.doors.FRAMED", Prepared(framed))  # whose statement was made before
    pages = ("cases:detail", "cases:history", "cases:step", "cases:letters", "cases:related")

    found = {
        line.split()[0]
        for pair in pairs_of_files(world)
        if pair[0] in pages
        for line in unlike(clients, pair)
    }

    assert found == set(pages)


def test_one_more_statement_for_what_is_hidden_is_found(world, clients, monkeypatch):
    """The control: a door that asks once more when there is something."""
    real = CaseQuerySet.visible_to

    def slower(rows, user):
        if rows.model.objects.filter(subject="TOKENSEALED").exists() and "SEALED" in asked["number"]:
            rows.exists()
        return real(rows, user)

    asked = {"number": ""}
    monkeypatch.setattr(CaseQuerySet, "visible_to", slower)
    where = reverse("cases:detail", args=[world.cases["sealed"].number])
    one = told(clients["P4"], where)
    asked["number"] = "SEALED"
    other = told(clients["P4"], where)

    assert (one == other, other.statements > one.statements) == (True, True)
