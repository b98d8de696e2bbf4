"""AZ-8, PRI-2: nothing that takes words tells whether a guess at what is hidden, or at a covered name, is right.

A guess that is right and one of the same form that is wrong get the same answer, byte for byte once the guess itself is
taken out of it: so as many guesses as one likes do no better than chance.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from tests.authz.asking import signed_in
from tests.authz.world import World
from tests.trust.twoworlds import Told, standing_world, told
from tracker.actions import save_view
from tracker.models import ListLook, SavedView

pytestmark = pytest.mark.django_db
READERS = ("P1", "P4", "P5", "P6")
"""Foreign affairs; another section, cleared for internal papers; a supervisor of justice; an auditor."""
ASKED = (
    "/search/?q={}", "/cases/?q={}", "/cases/?q={}&state=open&sort=due", "/cases/export/?q={}", "/cases/export/?q={}&format=xlsx",
    "/cases/promises/?q={}", "/cases/promises/export/?q={}", "/cases/?agreement={}", "/agreements/?q={}", "/agreements/export/?q={}",
    "/agreements/status/?q={}", "/partners/?q={}", "/cases/restate/?agreement={}", "/cases/competitions/new/?case={}",
    "/cases/new/?partner_reference={}", "/cases/first-time/?q={}", "/agreements/changes/?q={}", "/cases/chosen/?q={}&all=1",
    "/cases/assign/?back=%2Fcases%2F%3Fq%3D{}&all=1", "/reports/jobs/new/?kind_of_job=cases&format=csv&q={}",
    "/admin/cases/case/?q={}", "/admin/cases/person/?q={}", "/admin/cases/note/?q={}", "/admin/cases/letter/?q={}",
    "/admin/tracker/entry/?q={}", "/admin/tracker/document/?q={}", "/admin/agreements/agreement/?q={}",
)  # fmt: skip
"""Every place that takes words in its address."""
MOST_LET_IN = ("P4", "P5")
FEW = 2
"""So many guesses of each form here, by these readers; `drills/noninterference.py` makes all of them, as all readers."""
BY_COLUMN = (
    ("sort", "persons__name", "persons__zzzz"), ("sort", "case__subject", "case__zzzzzzz"), ("order", "case__secrecy", "case__zzzzzzz"),
    ("o", "persons__digest", "persons__zzzzzz"), ("ordering", "case__officer", "case__zzzzzzz"),
    ("persons__name__startswith", "TOKENORDINARY名", "TOKENORDINARY各"), ("subject__startswith", "TOKENSEA", "TOKENSEQ"),
    ("case__subject__contains", "TOKENSEA", "TOKENSEQ"), ("office__contains", "TOKENSEA", "TOKENSEQ"),
)  # fmt: skip
"""Columns that somebody may try to sort or filter by, which no list offers, with what is there and what is not."""
LISTS = ("/cases/", "/agreements/", "/cases/promises/")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), standing_world(tmp_path_factory.mktemp("documents")) as found:
        yield found


@pytest.fixture(scope="module")
def clients(world):
    return signed_in(world)


def guesses(world: World, who: str) -> Iterator[tuple[str, str]]:
    """Right and wrong guesses of one form, from the first letter that tells apart to the whole."""
    words = ["TOKENSEALED", "TOKENSEALED-R", "TOKENSEALED-O", "TOKENSEALED名", world.cases["sealed"].number]
    if who == "P4":
        words += ["TOKENRESTRICTED", "TOKENRESTRICTED-R", "TOKENSECRETTREATY"]
        words += [world.cases["restricted"].number, world.agreements["restricted"].number]
    if who != "P3":
        words.append("TOKENDRAFT")
    for word in words:
        for length in {8, len(word) // 2 + 3, len(word)} if word.startswith("TOKEN") else {len(word)}:
            yield word[:length], f"{word[: length - 1]}{'8' if word[length - 1].isdigit() else 'Q'}"


def without(guess: str, answer: Told) -> Told:
    """The answer without the guess, in whatever way a page or a header writes it."""
    spelt = {
        guess,
        quote(guess),
        quote_plus(guess),
        quote(guess, safe=""),
        escape(guess),
        quote(quote_plus(guess)),
    }
    body, headers = answer.body, answer.headers
    for one in sorted(spelt, key=len, reverse=True):
        body = body.replace(one.encode(), b"GUESS")
        headers = tuple((name, value.replace(one, "GUESS")) for name, value in headers)
    return Told(answer.status, headers, body)


def told_apart(client: Any, form: str, right: str, wrong: str, data: Any = None) -> bool:
    """Whether an answer depends on which of the two was guessed; ``data`` is sent with the guess in it."""
    one, other = (
        without(
            guess,
            told(
                client,
                form.format(quote_plus(guess)),
                data and {name: value.format(guess) for name, value in data.items()},
            ),
        )
        for guess in (right, wrong)
    )
    return one != other


def posts(world: World) -> list[tuple[str, dict[str, str]]]:
    """Every form that looks for something by what is typed."""
    day, number = world.today.isoformat(), world.cases["ordinary"].number
    intake = {"direction": "in", "kind": "criminal", "partner": "XA", "received_on": day, "letter_on": day}
    key = {"key": str(uuid.uuid4())}
    return [
        ("/cases/person/", {"name": "{}"}),
        ("/cases/new/live/", intake | {"partner_reference": "{}", "subject": "{}"}),
        ("/cases/new/live/", intake | {"office_reference": "{}", "office": "{}", "person_1_name": "{}", "person_1_part": "witness"}),
        ("/cases/competitions/new/", key | {"wanted": "示例", "cases": "{}\n" + number}),
        (reverse("cases:link", args=[number]), key | {"other": "{}", "kind": "related"}),
        (reverse("cases:basis", args=[number]), key | {"agreement": "{}", "basis": "agreement", "basis_reason": "示例"}),
        ("/cases/restate/", key | {"agreement": "{}"}),
        (reverse("agreements:new_link", args=[world.agreements["ordinary"].number]), key | {"earlier": "{}", "kind": "renews"}),
    ]  # fmt: skip


def told_by_address(world: World, clients: dict[str, Any], who: str, *, most: int) -> Iterator[str]:
    """Where an address tells a right guess from a wrong one; each is asked ``most`` guesses, by turns all of them."""
    pairs = list(guesses(world, who))
    for place, form in enumerate(ASKED):
        for right, wrong in (
            pairs[(place * most + turn) % len(pairs)] for turn in range(min(most, len(pairs)))
        ):
            if told_apart(clients[who], form, right, wrong):
                yield f"{form} {right}"


def told_by_form(world: World, clients: dict[str, Any], who: str, *, most: int) -> Iterator[str]:
    """The same of the forms."""
    pairs = list(guesses(world, who))
    for place, (where, data) in enumerate(posts(world)):
        for right, wrong in (
            pairs[(place * most + turn) % len(pairs)] for turn in range(min(most, len(pairs)))
        ):
            if told_apart(clients[who], where, right, wrong, data):
                yield f"{where} {right}"


@pytest.mark.parametrize("who", MOST_LET_IN)
def test_no_guess_at_what_is_hidden_is_told_from_a_wrong_one(world, clients, who):
    assert list(told_by_address(world, clients, who, most=FEW)) == []


@pytest.mark.parametrize("who", MOST_LET_IN)
def test_no_form_tells_a_right_guess_from_a_wrong_one(world, clients, who):
    assert list(told_by_form(world, clients, who, most=FEW)) == []


def test_whoever_carries_the_cases_is_told(world, clients):
    """The control: jun's own searches, lists, sheets and forms do tell a right guess from a wrong one."""
    right, wrong = "TOKENSEALED-R", "TOKENSEALED-Q"
    told_by = {form for form in ASKED[:5] if told_apart(clients["P3"], form, right, wrong)}
    name = told_apart(clients["P3"], "/cases/person/", "TOKENSEALED名", "TOKENSEALED各", {"name": "{}"})
    typed = [told_apart(clients["P3"], where, right, wrong, data) for where, data in posts(world)[1:2]]
    number = world.cases["sealed"].number
    numbers = [
        told_apart(clients["P3"], where, number, f"{number[:-1]}8", data) for where, data in posts(world)[4:5]
    ]

    assert (told_by, name, typed, numbers) == (set(ASKED[:5]), True, [True], [True])


def test_covered_names_are_found_by_their_whole_only_and_by_nobody_who_reads_them_covered(world, clients):
    """PRI-2: the witness of an ordinary case, which all of these may read."""
    whole, wrong = "TOKENORDINARY名", "TOKENORDINARY各"
    found = {
        who: [form for form in ASKED if told_apart(clients[who], form, whole, wrong)]
        + [where for where, data in posts(world) if told_apart(clients[who], where, whole, wrong, data)]
        for who in ("P1", "P6")
    }
    begun = [
        told_apart(clients["P4"], "/cases/person/", whole[:length], f"{whole[: length - 1]}Q", {"name": "{}"})
        for length in range(2, len(whole))
    ]

    assert (found, any(begun), len(begun)) == ({"P1": [], "P6": []}, False, len(whole) - 2)
    assert told_apart(clients["P4"], "/cases/person/", whole, wrong, {"name": "{}"})


def test_no_column_can_be_sorted_or_filtered_by_that_the_list_does_not_offer(clients):
    """PRI-2: an order or a filter by such a column does nothing, as one by a column that there never was."""
    found = [
        f"{where} {name}"
        for where in LISTS
        for name, one, other in BY_COLUMN
        if told_apart(clients["P4"], f"{where}?{name}={{}}", one, other)
    ]

    assert found == []


def test_the_admin_takes_no_look_through_a_column_that_it_does_not_offer(clients):
    """PRI-2: supervisors of justice, the only ones with those screens; the witness is of a case that they may read."""
    found = [
        f"{screen} {column}"
        for screen in ("/admin/cases/case/", "/admin/cases/person/")
        for column in (
            "persons__digest__startswith",
            "digest__startswith",
            "name__startswith",
            "case__subject__startswith",
        )
        if told_apart(clients["P5"], f"{screen}?{column}={{}}", "TOKENORD", "TOKENORQ")
    ]

    assert found == []


@pytest.mark.parametrize("who", MOST_LET_IN)
def test_no_saved_view_counts_what_its_reader_may_not_see(world, clients, who):
    answers = _with_view(world, clients, who, "TOKENSEALED", "TOKENSEALEQ")

    assert answers[0] == answers[1]


def test_a_saved_view_does_count_for_its_reader(world, clients):
    """The control."""
    answers = _with_view(world, clients, "P5", "TOKENRESTRICTED", "TOKENRESTRICTEQ")

    assert answers[0] != answers[1]


def _with_view(world: World, clients: dict[str, Any], who: str, *words: str) -> list[list[Told]]:
    """For each word, what the pages of lists say to somebody whose view asks for it, last seen a week ago; the view is one."""
    with transaction.atomic():
        view = save_view(by=world.people[who], place="cases", name="示例", query="q=")
        answers = [_looked_at(view, clients[who], word) for word in words]
        transaction.set_rollback(True)
    return answers


def _looked_at(view: SavedView, client: Any, word: str) -> list[Told]:
    with transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(query=f"q={word}")
        ListLook.objects.filter(view=view).update(looked_at=timezone.now() - timedelta(days=7))
        pages = ("/cases/views/", "/cases/home/", "/cases/", f"/cases/?q={word}&view={view.pk}")
        answers = [without(word, told(client, where)) for where in pages]
        transaction.set_rollback(True)
    return answers
