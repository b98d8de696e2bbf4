"""AZ-1, AZ-2, AZ-5, AZ-15, VIEW-1: the matrix (matrix.csv) is what the addresses answer, cell by cell.

P0 nobody signed in; P1, P2 officer and supervisor of foreign affairs; P3 officer of justice who carries the cases; P4 another
section, cleared lower; P5 supervisor of justice; P6 auditor; P7 administrator; P8 without the second factor that is asked for;
P9 switched off, and P10 stripped of role and clearance, while their sessions go on. Forms are sent empty: 200 means that
the door stood open and the form was refused. AZ-3, the list of open views, stands in tests/test_conventions.py.
"""

from collections import defaultdict

import pytest
from django.contrib import admin

from cases.models import Case
from tests.authz.asking import PRINCIPALS, patterns, rows
from tests.authz.world import MAY_READ, TOKENS, World
from tracker.models import User
from tracker.roles import Ministry, Role

pytestmark = pytest.mark.django_db
OUT_OF_REACH = {
    "account_reauthenticate": "nobody here has a password or factor to confirm with; tests/tracker/test_stepup.py",
    "mfa_reauthenticate": "the same",
    "mfa_reauthenticate_webauthn": "the same",
    "signin_remove_factor": "the same",
    "signin_decide": "nobody here lost a factor; tests/tracker/test_signin_factors.py",
    "agreements:withdraw_placeholder": "there is no place-holder here; tests of secrecy tell of it",
    "resume": "nothing that was typed waits here; tests/tracker tells of sessions",
    "cases:withdraw_reader": "nobody was let into a case here; tests/cases tells of it",
    "signin_set_password": "its address holds a token that is mailed; tests/tracker/test_signin_passwords.py",
    "signin_oidc": "single sign-on is not configured here; tests/tracker/test_signin_oidc.py",
    "signin_oidc_callback": "the same",
}
"""Addresses that answer nobody here, and why."""
LISTS_OF_WORDS = {"cases:home", "reports:home"}
"""First pages: they tell the reader's own tasks, also of restricted cases, and no look is written down for them."""
OWN_AFFAIRS = {
    "tracker_look", "tracker_lookedat", "tracker_entry", "tracker_session", "django_session", "tracker_keptform", "tracker_draft",
    "tracker_listlook", "tracker_user", "reports_feed", "tracker_submission",
}  # fmt: skip
"""What an auditor may cause to be written: the own looks, session, kept forms, look at a list and key switch, and its entry;
a calendar is fetched by whoever holds its address."""


def test_every_address_stands_in_the_matrix_and_nothing_else():
    named = {row.name for row in rows()}

    assert (sorted(set(patterns()) - named), sorted(named - set(patterns()))) == ([], [])


def test_no_line_stands_twice():
    keys = [(row.name, row.method, row.about) for row in rows()]

    assert len(keys) == len(set(keys))


def test_every_cell_answers_as_the_matrix_says(answers):
    wrong = [
        f"{row.name} {row.method} {row.about} {who}: {code} expected, {answers[row.name, row.method, row.about, who].code} answered"
        for row in rows()
        if row.name in patterns()
        for who, code in zip(PRINCIPALS, row.codes, strict=True)
        if answers[row.name, row.method, row.about, who].code != code
    ]

    assert wrong == []


def test_every_address_succeeds_for_somebody(answers):
    """AZ-2."""
    reached = {
        name
        for (name, _method, _about, who), answer in answers.items()
        if answer.code[0] in "23" and who not in ("P0", "P8", "P9")
    }

    assert sorted(set(patterns()) - reached) == sorted(OUT_OF_REACH)


def test_nobody_is_handed_a_word_of_what_is_not_theirs(answers):
    """AZ-5: bodies, headers, sheets that are unpacked."""
    foreign = sorted(
        f"{cell} {token}"
        for cell, answer in answers.items()
        for token in answer.tokens
        if cell[3] not in MAY_READ[token]
    )

    assert foreign == []


def test_those_words_do_reach_those_who_may_read_them(answers):
    """The control of the test above: it would find them."""
    handed = defaultdict(set)
    for cell, answer in answers.items():
        for token in answer.tokens:
            handed[token].add(cell[3])

    assert dict(handed) == MAY_READ


def test_words_of_a_restricted_case_are_handed_out_only_with_a_look(answers, world: World):
    """VIEW-1, one way."""
    unseen = sorted(
        f"{cell} {level}"
        for cell, answer in answers.items()
        for level in ("restricted", "sealed")
        if TOKENS[level] in answer.tokens and answer.code == "200" and cell[0] not in LISTS_OF_WORDS
        if f"cases.case {world.cases[level].pk}" not in answer.looked
    )

    assert unseen == []


def test_a_look_is_written_down_only_when_something_was_shown(answers):
    """VIEW-1, the other way: no refusal and no redirect leaves one."""
    assert sorted(cell for cell, answer in answers.items() if answer.looked and answer.code != "200") == []


def test_every_page_of_a_case_leaves_a_look(answers, world: World):
    silent = sorted(
        cell
        for cell, answer in answers.items()
        if cell[0].startswith("cases:") and "number" in patterns()[cell[0]] and answer.code == "200"
        if f"cases.case {world.cases[cell[2]].pk}" not in answer.looked
    )

    assert silent == []


def test_what_is_hidden_answers_as_what_never_was(answers):
    """The sealed case and the one that does not exist: same code for all but the officer who carries it."""
    differing = sorted(
        (cell[0], cell[1], cell[3])
        for cell, answer in answers.items()
        if cell[2] == "sealed" and cell[3] != "P3"
        if (*cell[:2], "absent", cell[3]) in answers
        and answers[*cell[:2], "absent", cell[3]].code != answer.code
    )

    assert differing == []


def test_an_auditor_writes_nothing_but_what_is_the_auditors_own(answers):
    """AZ-15."""
    written = {
        (cell[0], table)
        for cell, answer in answers.items()
        if cell[3] == "P6"
        for table in answer.written - OWN_AFFAIRS
    }

    assert written == set()


def test_supervisors_do_write_in_the_same_world(answers):
    """The control of the test above."""
    assert any(answer.written - OWN_AFFAIRS for cell, answer in answers.items() if cell[3] in ("P2", "P5"))


def test_no_administrator_is_handed_a_word_of_a_case_or_enters_its_pages(answers):
    """AZ-15."""
    entered = {
        cell[0]
        for cell, answer in answers.items()
        if cell[3] == "P7" and cell[0].startswith(("cases:", "admin:cases_")) and answer.code[0] == "2"
    }

    assert entered == set()


def test_no_admin_screen_shows_an_administrator_anything_of_cases(rf):
    """AZ-15: the registry of the admin; a supervisor of justice is the control."""
    administrator = User(role=Role.ADMINISTRATOR, is_staff=True)
    supervisor = User(role=Role.SUPERVISOR, ministry=Ministry.JUSTICE, is_staff=True)

    def shown_to(reader):
        request = rf.get("/admin/")
        request.user = reader
        screens = admin.site._registry.items()
        return {
            model
            for model, screen in screens
            if model._meta.app_label == "cases" and screen.has_module_permission(request)
        }

    assert (shown_to(administrator), Case in shown_to(supervisor)) == (set(), True)
