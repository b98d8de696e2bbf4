"""RET-2: what a closed case holds is not deleted before its disposal is approved: not by SQL, not by a cascade, not in the admin."""

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction

from agreements.actions import StepRefused
from cases import disposalguards
from cases.actions.contents import keep_contents
from cases.actions.importing import undo_import
from cases.actions.intake import discard_draft
from cases.actions.links import drop_link, link_cases, take_up_again
from cases.actions.people import remove_person
from cases.actions.retention import lift_hold, place_hold
from cases.models import (
    Case,
    CaseEvent,
    CaseLink,
    DisposalLine,
    DisposalList,
    Hold,
    Mention,
    Person,
    Promise,
    RequestContents,
    Retention,
    Start,
)
from tests import makers
from tests.cases import disposals, logs, remains
from tests.cases import makers as case_makers
from tests.makers import TODAY

pytestmark = pytest.mark.django_db
TABLES = (
    "tracker_documentversion", "tracker_document", "cases_mention", "cases_note", "cases_task", "cases_person",
    "cases_assistanceitem", "cases_requestcontents", "cases_lettercase", "cases_letter", "cases_caseevent", "cases_case",
)  # fmt: skip
UNGUARDED = {"cases_mention", "cases_requestcontents"}
"""Rows that there are none of in these tests."""


@pytest.fixture
def cast():
    return makers.jun(), case_makers.justice_supervisor(), disposals.second_supervisor()


def refused(statement: str, why: str = disposalguards.KEPT) -> bool:
    """Whether the database refuses it for the sake of retention, with these words; nothing of it stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as fault:
        return why in str(fault)
    return False


def deleted(tables=TABLES) -> list[str]:
    """The tables of whose rows SQL may delete every one."""
    return [table for table in tables if table not in UNGUARDED and not refused(f"DELETE FROM {table}")]


def test_sql_deletes_nothing_of_a_closed_case_before_its_disposal_is_approved(cast):
    """Due, in a list, approved by the authority alone: still nothing. With the guards off all of it goes: the control."""
    jun, chen, _tsai = cast
    case = disposals.closed(jun, chen)
    undecided = deleted()
    plan = DisposalList.objects.create(
        drawn_up_at=case.changed_at, drawn_up_by=chen, approval_number="1", approval_on=TODAY
    )
    DisposalLine.objects.create(plan=plan, case=case, years=1, counted_from=TODAY, ended_on=TODAY)
    in_a_list = deleted()
    disposalguards.remove_guards(connection)
    unguarded = [
        table for table in ("cases_note", "cases_person", "cases_task") if not refused(f"DELETE FROM {table}")
    ]
    disposalguards.install_guards(connection)

    assert (undecided, in_a_list, unguarded) == ([], [], ["cases_note", "cases_person", "cases_task"])


def test_an_approval_that_the_history_does_not_tell_opens_nothing(cast):
    """Whoever can write rows may forge two persons, but not the history."""
    jun, chen, tsai = cast
    case = disposals.closed(jun, chen)
    plan = DisposalList.objects.create(
        drawn_up_at=case.changed_at, drawn_up_by=chen, approval_number="1", approval_on=TODAY
    )
    DisposalLine.objects.create(plan=plan, case=case, years=1, counted_from=TODAY, ended_on=TODAY)
    DisposalList.objects.filter(pk=plan.pk).update(approved_by=tsai, approved_at=case.changed_at)

    assert deleted() == []


def test_after_the_approval_contents_may_go_but_never_the_case_and_its_steps(cast):
    jun, chen, tsai = cast
    case = disposals.closed(jun, chen)
    disposals.approved(chen, tsai, case)
    open_to = deleted(("cases_note", "cases_task", "cases_person", "cases_caseevent", "cases_case"))
    Hold.objects.create(case=case, reason="示例", placed_at=case.changed_at, placed_by=jun)
    stopped = deleted(("cases_note", "cases_task", "cases_person"))
    Hold.objects.update(lifted_at=case.changed_at, lifted_by=chen, lifted_reason="示例")
    Retention.objects.update(years=30)

    assert (open_to, stopped, deleted(("cases_note", "cases_task"))) == (
        ["cases_note", "cases_task", "cases_person"], [], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("closed_on", "years", "start", "ends_on"),
    [
        ("2020-03-01", 1, Start.CLOSING, "2021-03-01"),
        ("2020-03-01", 1, Start.YEAR_END, "2021-12-31"),
        (
            "2020-02-29",
            5,
            Start.CLOSING,
            "2025-02-29",
        ),  # after the 28th of February, before the first of March
        ("2019-12-31", 30, Start.YEAR_END, "2049-12-31"),
    ],
)
def test_the_database_counts_a_term_from_the_closing_or_from_the_end_of_its_year(
    closed_on, years, start, ends_on
):
    day = f"date '{closed_on}'" if connection.vendor == "postgresql" else f"'{closed_on}'"
    ends = disposalguards.end_of_term(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT {ends} FROM (SELECT {day} AS happened_on) e) "
            f"FROM (SELECT {years} AS years, '{start}' AS start) r"
        )
        (found,) = cursor.fetchone()

    assert found == ends_on


def test_an_approved_list_stays_as_it_was_approved(cast):
    jun, chen, tsai = cast
    case, other = disposals.closed(jun, chen), disposals.closed(jun, chen)
    plan = disposals.approved(chen, tsai, case)

    for statement in (
        f"INSERT INTO cases_disposalline (plan_id, case_id, years, counted_from, ended_on, proof) "
        f"SELECT plan_id, {other.pk}, years, counted_from, ended_on, proof FROM cases_disposalline",
        f"UPDATE cases_disposalline SET case_id = {other.pk}",
        "DELETE FROM cases_disposalline",
        "DELETE FROM cases_disposallist",
        "UPDATE cases_disposallist SET approval_number = '2'",
        f"UPDATE cases_disposallist SET drawn_up_by_id = {jun.pk}",
        "INSERT INTO cases_disposallist (drawn_up_at, drawn_up_by_id, approval_number, approval_on, approved_at, "
        "approved_by_id, dropped_reason, certificate) SELECT drawn_up_at, drawn_up_by_id, approval_number, approval_on, "
        "approved_at, approved_by_id, dropped_reason, certificate FROM cases_disposallist",
    ):
        assert refused(statement), statement
    assert plan.lines.count() == 1


def test_neither_a_cascade_nor_a_verb_takes_from_a_closed_case(cast):
    """In an open case what was wrongly put down is still taken out: the control."""
    jun, chen, _tsai = cast
    case, running = disposals.closed(jun, chen), case_makers.case(jun, officer=jun)
    person = Person.objects.create(
        case=running, part="other", sealed_name=b"1", digest="1", recorded_at=case.changed_at, recorded_by=jun
    )
    with pytest.raises((DatabaseError, Exception)), transaction.atomic():
        Case.objects.filter(pk=case.pk).delete()
    with pytest.raises(StepRefused):
        remove_person(by=jun, case=case, person=case.persons.get(), reason="示例")
    remove_person(by=jun, case=running, person=person, reason="示例")

    assert (Case.objects.filter(pk=case.pk).count(), case.persons.count(), running.persons.count()) == (
        1,
        1,
        0,
    )


def moved(case: Case, other: Case) -> list[str]:
    """What nothing may change in place, and what may not be deleted though no list destroys it."""
    about = f"about_id = '{other.pk}'"
    return [
        *(
            f"UPDATE {table} SET {column} = {other.pk} WHERE {column} = {case.pk}"
            for table, columns in disposalguards._BELONGS.items()
            for column in columns
            if column in ("case_id", "other_id")
        ),
        f"UPDATE tracker_document SET {about} WHERE about_id = '{case.pk}'",
        "UPDATE tracker_document SET about_model = 'tracker.submission'",
        "UPDATE tracker_documentversion SET document_id = (SELECT o.id FROM tracker_document o "
        "WHERE o.id <> tracker_documentversion.document_id LIMIT 1)",
        "UPDATE cases_hold SET reason = 'x' WHERE lifted_at IS NULL",
        f"UPDATE cases_hold SET case_id = {other.pk} WHERE case_id = {case.pk}",
        "UPDATE cases_hold SET lifted_at = NULL, lifted_by_id = NULL, lifted_reason = '' WHERE lifted_at IS NOT NULL",
        "UPDATE cases_case SET destroyed_at = changed_at WHERE number <> ''",
        *(
            f"DELETE FROM {table}"
            for table in (
                "cases_hold", "cases_retention", "cases_caselink", "cases_competitor", "cases_access", "cases_interval",
                "cases_extension", "cases_mention",
            )
        ),
        "DELETE FROM cases_competition WHERE id IN (SELECT competition_id FROM cases_competitor)",
    ]  # fmt: skip


def test_nothing_of_a_case_moves_away_and_no_hold_is_lifted_twice_or_unmade(cast):
    """With the guards off nothing of it is refused: the control. A hold may be lifted, once."""
    jun, chen, tsai = cast
    what = remains.remains(jun, chen, tsai, Case())
    person = makers.person("ding", ministry="justice")
    Mention.objects.create(note=what.case.notes.get(), person=person)
    RequestContents.objects.create(case=what.case)
    Promise.objects.create(
        case=what.case, kind="use_limit", given_by="them", words="示例", given_on=TODAY,
        recorded_at=what.case.changed_at, recorded_by=jun,
    )  # fmt: skip
    place_hold(by=jun, case=what.case, reason="示例")
    CaseLink.objects.update(recorded_at=what.hold.placed_at.replace(year=2000))  # before the closing
    statements = [
        *moved(what.case, what.other),
        *(one for one in moved(what.other, what.case) if "other_id" in one),
    ]

    rows = [one for one in statements if not refused(one) and touches(one)]
    lift_hold(by=chen, case=what.case, reason="示例")
    disposalguards.remove_guards(connection)
    unguarded = [one for one in statements if refused(one)]
    disposalguards.install_guards(connection)

    assert (rows, unguarded) == ([], [])
    assert Hold.objects.filter(lifted_at=None).count() == 0


def touches(statement: str) -> bool:
    """Whether the statement has a row to change; nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        count = cursor.rowcount
        transaction.set_rollback(True)
    return count > 0


def test_a_link_that_a_closed_case_had_stays_and_a_younger_one_may_be_dropped(cast):
    jun, _chen, _tsai = cast
    case = case_makers.case(jun, officer=jun, received_on=disposals.CLOSED_ON, letter_on=None)
    other, third = case_makers.case(jun), case_makers.case(jun)
    old = link_cases(by=jun, case=case, other=other, kind="related")
    case_makers.walk(jun, case, disposals.CLOSED_ON)
    new = link_cases(by=jun, case=third, other=case, kind="related")
    with pytest.raises(StepRefused):
        drop_link(by=jun, link=old, reason="示例")
    by_sql = [refused(f"DELETE FROM cases_caselink WHERE id = {link.pk}") for link in (old, new)]
    drop_link(by=jun, link=new, reason="示例")
    draft = take_up_again(by=jun, case=case, today=TODAY)
    discard_draft(by=jun, draft=draft)

    assert (by_sql, list(CaseLink.objects.all())) == ([True, False], [old])


def test_only_the_steps_that_an_import_brought_go_when_it_is_undone(cast):
    """Not those that stood there before, nor those of cases that it did not touch, while it stands as applied."""
    jun, chen, _tsai = cast
    makers.partner()
    logs.imported(jun, logs.row(decided_on="", replied_on="", closed_on="", result=""))
    older = list(CaseEvent.objects.values_list("pk", flat=True))
    batch = logs.imported(jun, logs.row(replied_on="", closed_on="", result=""))
    case_makers.case(jun)
    brought = next(iter(batch.plan["undo"].values()))["events"]
    free = [
        pk
        for pk in CaseEvent.objects.values_list("pk", flat=True)
        if not refused(f"DELETE FROM cases_caseevent WHERE id = {pk}")
    ]
    undo_import(by=chen, batch=batch, today=TODAY)

    assert (free, len(older), CaseEvent.objects.filter(pk__in=brought).count()) == (brought, len(older), 0)
    assert len(brought) == 1


def test_contents_of_a_closed_case_are_filled_but_not_overwritten(cast):
    """In an open one they are: the control."""
    jun, chen, _tsai = cast
    case, running = disposals.closed(jun, chen), case_makers.case(jun, officer=jun)
    for one in (case, running):
        keep_contents(by=jun, case=one, said={"facts": "示例", "purpose": ""})
    refusals = []
    for said in ({"facts": "改"}, {"facts": ""}, {"facts": "示例", "purpose": "示例"}):
        try:
            keep_contents(by=jun, case=case, said=said)
        except StepRefused as told:
            refusals.append(told.field)
    keep_contents(by=jun, case=running, said={"facts": "改"})

    assert (refusals, case.contents.facts, case.contents.purpose) == (["facts", "facts"], "示例", "示例")
    assert RequestContents.objects.get(case=running).facts == "改"


def test_no_screen_of_the_admin_deletes_what_cases_hold(cast, rf):
    request = rf.get("/admin/")
    _jun, request.user, _tsai = cast
    request.user.is_staff = True
    screens = admin.site._registry.items()
    deleting = {
        model.__name__
        for model, screen in screens
        if model._meta.app_label == "cases" and screen.has_delete_permission(request)
    }

    assert deleting == {"Paragraph", "RetentionDefault"}


def test_every_guard_stands_after_all_migrations(db):
    """On SQLite a migration that changes a table makes it anew, without its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall()}

    assert set(disposalguards.triggers(connection.vendor)) - found == set()
