"""RET-3: a case whose contents were destroyed takes nothing more, neither from a verb nor from SQL."""

import inspect
import pkgutil
from dataclasses import fields
from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import cases.actions
from agreements.actions import StepRefused
from cases import disposalguards
from cases.actions.access import open_in_emergency
from cases.actions.disposal import carry_out_disposal, draw_up_disposal
from cases.actions.importing import plan_import
from cases.actions.links import link_cases
from cases.actions.retention import place_hold
from cases.marks import marked_cases
from cases.models import (
    Access,
    Case,
    Handover,
    HandoverLine,
    Hold,
    Letter,
    Note,
    Promise,
    RequestContents,
    Retention,
)
from cases.provisions import archives_act
from cases.retention import due_cases
from tests import makers
from tests.cases import disposals, logs, remains
from tests.cases import makers as case_makers
from tests.cases.test_disposal_guards import refused
from tests.makers import TODAY
from tracker.models import Document, ImportBatch
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return makers.jun(), case_makers.justice_supervisor(), disposals.second_supervisor()


def destroyed(cast, *made) -> Case:
    """The first of these cases, or a new one, after all of them were destroyed."""
    jun, chen, tsai = cast
    made = made or (disposals.closed(jun, chen),)
    carry_out_disposal(by=tsai, plan=disposals.approved(chen, tsai, *made), today=TODAY)
    made[0].refresh_from_db()
    return made[0]


def words_of(act) -> str:
    """What the act says when it refuses, or whom it names as refused; nothing of it stays."""
    try:
        with transaction.atomic():
            answer = act()
            transaction.set_rollback(True)
            return str(answer)
    except StepRefused as told:
        return str(told)
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"


def test_no_verb_adds_anything_to_a_destroyed_case_or_changes_it(cast):
    """Of the same case before that none of them is refused for this reason: the control."""
    jun, chen, tsai = cast
    draft = Case.objects.create(recorded_by=jun, recorded_at=timezone.now(), changed_at=timezone.now())
    what = remains.remains(jun, chen, tsai, draft)
    plan = disposals.approved(chen, tsai, what.case)
    name = f" {plan}"
    before = [verb for verb, act in remains.acts(what).items() if name in words_of(act)]
    carry_out_disposal(by=tsai, plan=plan, today=TODAY)
    what.case.refresh_from_db()
    acts = remains.acts(what) | {
        "link_cases to it": lambda: link_cases(by=jun, case=what.other, other=what.case, kind="related")
    }

    let_through = {verb: words for verb, act in acts.items() if name not in (words := words_of(act))}
    assert (before, let_through) == ([], {})


def test_every_verb_of_cases_is_tried_or_named_with_the_reason():
    found = set()
    for module in pkgutil.walk_packages(cases.actions.__path__, "cases.actions."):
        for name, verb in vars(import_module(module.name)).items():
            own = inspect.isfunction(verb) and verb.__module__ == module.name
            if own and not name.startswith("_") and "by" in inspect.signature(verb).parameters:
                found.add(name)
    nothing = dict.fromkeys(field.name for field in fields(remains.Remains)) | {"case": Case()}
    tried = set(remains.acts(remains.Remains(**nothing)))

    assert found - tried - set(remains.NOT_TRIED) == set()
    assert (tried | set(remains.NOT_TRIED)) - found == set()
    assert tried & set(remains.NOT_TRIED) == set()


def test_a_sealed_case_that_was_destroyed_opens_as_no_number_does(cast):
    jun, _chen, _tsai = cast
    qiu = case_makers.sealed_officer()
    case = case_makers.case(jun, officer=qiu)
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.SEALED, declassify_when="示例")
    given = {"by": qiu, "number": case.number, "reason": "示例", "hours": 1}
    opened = open_in_emergency(**given)
    disposalguards.remove_guards(connection)
    Case.objects.filter(pk=case.pk).update(destroyed_at=timezone.now())
    disposalguards.install_guards(connection)

    assert (opened, open_in_emergency(**given)) == (case, None)


def test_it_is_never_due_again_and_its_mark_is_not_reviewed(cast):
    jun, chen, _tsai = cast
    marked = {"secrecy": Secrecy.RESTRICTED, "declassify_when": disposals.WORDS}
    kept, case = disposals.closed(jun, chen, **marked), disposals.closed(jun, chen, **marked)
    Case.objects.update(mark_reviewed_on=None)
    before = set(marked_cases(chen, today=TODAY))
    destroyed(cast, case)

    with pytest.raises(StepRefused):
        draw_up_disposal(by=chen, cases=[case], today=TODAY)
    assert (before, list(marked_cases(chen, today=TODAY))) == ({kept, case}, [kept])
    assert list(due_cases(chen, today=TODAY)) == [kept]


def test_its_page_says_under_which_list_and_offers_nothing(cast, client_of):
    jun, chen, _tsai = cast
    case, kept = disposals.closed(jun, chen), disposals.closed(jun, chen, years=30)
    destroyed(cast, case)
    page, other = (client_of(jun).get(one.get_absolute_url()).content.decode() for one in (case, kept))
    line = case.disposal_lines.get()
    names = ("cases:step", "cases:amend", "cases:basis", "cases:assign")

    def offered(of: Case, on: str) -> list[str]:
        return [name for name in names if reverse(name, args=[of.number]) in on]

    assert (f"{line.plan} ·" in page, f"{line.plan} ·" in other) == (True, False)
    assert (offered(case, page), "cases:amend" in offered(kept, other)) == ([], True)
    for name in names:
        assert client_of(jun).post(reverse(name, args=[case.number]), {}).status_code == 403


def inserts() -> dict[str, str]:
    """By table: a statement that adds a copy of a row of the kept case to the destroyed one, {0}."""
    copies = {}
    for table, columns in disposalguards._ADDED.items():
        with connection.cursor() as cursor:
            found = [one.name for one in connection.introspection.get_table_description(cursor, table)]
        own = [name for name in found if name != "id"]
        for column in columns:
            values = ", ".join("{0}" if name == column else f'"{name}"' for name in own)
            if table == "cases_caseevent":
                values = values.replace('"order"', '"order" + 90')
            names = ", ".join(f'"{name}"' for name in own)
            copies[f"{table}.{column}"] = (
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} LIMIT 1"
            )
    return copies


def refused_for_good(statement: str) -> bool:
    """Whether the database says that the case was destroyed; nothing of it stays."""
    return refused(statement, disposalguards.OVER)


def test_sql_adds_nothing_to_a_destroyed_case_either(cast):
    """By the same statements that pass once the guards are off: the control."""
    jun, chen, tsai = cast
    draft = Case.objects.create(recorded_by=jun, recorded_at=timezone.now(), changed_at=timezone.now())
    what = remains.remains(jun, chen, tsai, draft)
    for row in (what.stop, what.extension, what.access, what.hold):
        row.pk, row.case = None, what.other
        row.save()
    RequestContents.objects.create(case=what.other)
    given = {"kind": "use_limit", "given_by": "them", "words": "示例", "given_on": TODAY}
    Promise.objects.create(case=what.other, **given, recorded_at=timezone.now(), recorded_by=jun)
    pack = Handover.objects.create(giver=jun, taker=chen, reason="示例", made_at=timezone.now(), made_by=chen)
    HandoverLine.objects.create(handover=pack, case=what.other)
    case = destroyed(cast, what.case)
    Document.objects.create(about_model="tracker.submission", about_id="1", created_at=timezone.now())
    about = f"SET about_model = 'cases.case', about_id = '{case.pk}' WHERE about_model = 'tracker.submission'"
    statements = {name: text.format(case.pk) for name, text in inserts().items()} | {
        "tracker_document": f"UPDATE tracker_document {about}",
        "cases_case": "UPDATE cases_case SET subject = 'x' WHERE destroyed_at IS NOT NULL",
        "cases_case undone": "UPDATE cases_case SET destroyed_at = NULL WHERE destroyed_at IS NOT NULL",
        "cases_access": f"UPDATE cases_access SET reason = 'x' WHERE case_id = {case.pk}",
        "cases_retention": f"UPDATE cases_retention SET years = 0 WHERE case_id = {case.pk}",
        "cases_caseevent": f"UPDATE cases_caseevent SET note = 'x' WHERE case_id = {case.pk}",
        "cases_assistanceitem": f"UPDATE cases_assistanceitem SET result = 'x' WHERE case_id = {case.pk}",
        "cases_interval": f"UPDATE cases_interval SET reason = 'x' WHERE case_id = {case.pk}",
        "cases_extension": f"UPDATE cases_extension SET decision_reason = 'x' WHERE case_id = {case.pk}",
        "cases_caselink": f"UPDATE cases_caselink SET note = 'x' WHERE case_id = {case.pk}",
    }

    passed = {name for name, text in statements.items() if not refused_for_good(text)}
    disposalguards.remove_guards(connection)
    unguarded = {name for name, text in statements.items() if refused_for_good(text)}
    disposalguards.install_guards(connection)
    assert (passed, unguarded) == (set(), set())


def test_what_told_of_it_in_other_files_and_marks_goes_too(cast):
    """Cells of files that were never applied, by its number, its former number or their reference; others stay."""
    jun, chen, _tsai = cast
    marked = {"secrecy": Secrecy.RESTRICTED, "declassify_when": disposals.WORDS, "partner_reference": "AA-7"}
    case, kept = disposals.closed(jun, chen, **marked), disposals.closed(jun, chen, years=30)
    Case.objects.filter(pk=case.pk).update(former_number="舊-1")
    case.refresh_from_db()
    given = {
        "person": jun,
        "kind": "named",
        "reason": disposals.WORDS,
        "given_by": chen,
        "given_at": timezone.now(),
    }
    Access.objects.create(case=case, **given)
    rows = [
        logs.row("舊-1", subject=disposals.WORDS),
        logs.row("舊-2", subject=disposals.WORDS, partner_reference="AA-7"),
        logs.row("舊-3", number=case.number, subject=disposals.WORDS, kind="civil"),
        logs.row("舊-4", number=kept.number, subject="示例另案"),
    ]
    batch = plan_import(by=jun, file=logs.log_file(*rows), stated={})
    errors = [row["errors"] for row in batch.plan["rows"]]
    destroyed(cast, case)

    batch.refresh_from_db()
    left = [(set(row["cells"].values()), row["changes"], row["errors"]) for row in batch.plan["rows"]]
    assert left[:3] == [({""}, [], [])] * 3
    assert "示例另案" in left[3][0]
    assert errors[2] != []
    assert disposals.WORDS not in Access.objects.get(case=case).reason
    assert disposals.WORDS not in case.declassify_when


def test_rows_about_another_case_stay_where_both_have_one_reference(cast):
    """By the number in this system or in the former log; a row with that reference alone may tell of either, and goes."""
    jun, chen, _tsai = cast
    makers.partner()
    logs.imported(chen, logs.row("舊-9", partner_reference="AA-7", subject="示例另案"))
    other, applied = Case.objects.get(former_number="舊-9"), ImportBatch.objects.get()
    case = disposals.closed(jun, chen, partner_reference="AA-7")
    rows = [
        logs.row("舊-9", partner_reference="AA-7", subject="示例另案"),
        logs.row("", number=other.number, partner_reference="AA-7", subject="示例另案"),
        logs.row("", partner_reference="AA-7", subject=disposals.WORDS),
        logs.row("", partner_reference="AA-8", subject="示例另案"),
    ]
    planned = plan_import(by=jun, file=logs.log_file(*rows), stated={})
    with CaptureQueriesContext(connection) as captured:
        destroyed(cast, case)

    applied.refresh_from_db()
    planned.refresh_from_db()
    left = [[row["cells"]["subject"] for row in batch.plan["rows"]] for batch in (applied, planned)]
    written = sum('UPDATE "tracker_importbatch"' in query["sql"] for query in captured)
    assert (left, written) == ([["示例另案"], ["示例另案", "示例另案", "", "示例另案"]], 1)


def test_a_row_about_it_is_refused_by_the_import(cast):
    jun, chen, _tsai = cast
    case, kept = disposals.closed(jun, chen), disposals.closed(jun, chen, years=30)
    destroyed(cast, case)
    file = logs.log_file(
        *(logs.row(f"舊-{one.pk}", number=one.number, subject="示例新案由") for one in (case, kept))
    )
    batch = plan_import(by=jun, file=file, stated={})
    codes = [[error[1] for error in row["errors"]] for row in batch.plan["rows"]]

    assert ("destroyed" in codes[0], "destroyed" in codes[1]) == (True, False)


def test_what_the_database_keeps_is_refused_in_words(cast):
    """Here the clock of the database is behind: the list was approved for a day that it does not know yet."""
    jun, chen, tsai = cast
    far = date(2999, 1, 1)
    case = disposals.closed(jun, chen, years=30)
    plan = disposals.approved(chen, tsai, case, today=far)

    with pytest.raises(StepRefused) as told:
        carry_out_disposal(by=tsai, plan=plan, today=far)
    assert told.value.basis == archives_act()
    assert Note.objects.filter(case=case).exists()


def test_a_hold_that_stands_on_a_destroyed_case_stops_no_other_list(cast):
    """As older versions let it be placed; both cases share a letter."""
    jun, chen, _tsai = cast
    first, second = disposals.closed(jun, chen), disposals.closed(jun, chen)
    letter = Letter.objects.get(cases=first)
    letter.about.create(case=second)
    destroyed(cast, first)
    with pytest.raises(StepRefused):
        place_hold(by=jun, case=first, reason="示例")
    disposalguards.remove_guards(connection)
    Hold.objects.create(case=first, reason="示例", placed_at=timezone.now(), placed_by=jun)
    Retention.objects.filter(case=first).update(years=0)
    disposalguards.install_guards(connection)
    kept = Letter.objects.filter(pk=letter.pk).exists()
    destroyed(cast, second)

    assert (kept, Letter.objects.filter(pk=letter.pk).exists()) == (True, False)


def test_a_case_of_a_list_that_was_carried_out_before_is_named_as_destroyed(cast):
    """By the migration; a case of a list that is only approved stays as it is."""
    jun, chen, tsai = cast
    case, kept = disposals.closed(jun, chen), disposals.closed(jun, chen)
    disposals.approved(chen, tsai, kept)
    destroyed(cast, case)
    disposalguards.remove_guards(connection)
    Case.objects.update(destroyed_at=None)
    import_module("cases.migrations.0013_destroyed_cases").name_those_destroyed_before(apps, None)
    disposalguards.install_guards(connection)

    case.refresh_from_db()
    kept.refresh_from_db()
    assert (case.destroyed_at, kept.destroyed_at) == (case.disposal_lines.get().plan.carried_out_at, None)


def test_a_case_that_was_destroyed_before_is_emptied_as_one_is_now(cast):
    """By the migration; the certificate and other cases stay as they are."""
    jun, chen, _tsai = cast
    case, kept = disposals.closed(jun, chen), disposals.closed(jun, chen)
    given = {"kind": "named", "reason": disposals.WORDS, "given_by": chen, "given_at": timezone.now()}
    accesses = [Access.objects.create(case=one, person=jun, **given) for one in (case, kept)]
    batch = plan_import(
        by=jun, file=logs.log_file(*(logs.row(number=one.number) for one in (case, kept))), stated={}
    )
    cells = batch.plan["rows"][0]["cells"]
    destroyed(cast, case)
    now = [case.subject, case.version, case.disposal_lines.get().proof]
    batch.refresh_from_db()
    batch.plan["rows"][0]["cells"] = cells
    batch.save()
    disposalguards.remove_guards(connection)
    Case.objects.update(subject="依銷毀目錄 D-1 銷毀", declassify_when=disposals.WORDS)
    Access.objects.update(reason=disposals.WORDS)

    import_module("cases.migrations.0015_old_destroyed_cases").empty(
        apps, SimpleNamespace(connection=connection)
    )

    for row in (case, kept, batch, *accesses):
        row.refresh_from_db()
    assert [case.subject, case.version, case.disposal_lines.get().proof] == now
    assert (case.declassify_when, kept.declassify_when) == (case.subject, disposals.WORDS)
    assert [one.reason for one in accesses] == [case.subject, disposals.WORDS]
    assert [any(row["cells"].values()) for row in batch.plan["rows"]] == [False, True]
    assert refused_for_good(f"UPDATE cases_case SET subject = 'x' WHERE id = {case.pk}")
