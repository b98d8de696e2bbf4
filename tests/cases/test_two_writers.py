"""Two people who write different things of one row both keep what they wrote: no action writes a field it did not change."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import StepRequest, amend_case, take_step, void_case
from cases.actions.contents import AMENDED, Amendment, keep_contents
from cases.actions.filing import lock
from cases.actions.intake import save_draft
from cases.actions.letters import edit_letter
from cases.actions.steps import record_step
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import drafted, text
from tests.makers import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def jun():
    return makers.jun()


def written(table, do):
    """The columns of this table that are updated while ``do`` is done."""
    with CaptureQueriesContext(connection) as captured:
        do()
    found = set()
    for query in captured:
        head, _set, rest = query["sql"].partition(" SET ")
        if head == f'UPDATE "{table}"':
            found |= set(re.findall(r'"(\w+)" = ', rest.rpartition(" WHERE ")[0]))
    return found


def test_a_step_leaves_what_somebody_else_wrote_meanwhile(jun):
    case = case_makers.case(jun)
    locked = lock(case, None)
    Case.objects.filter(pk=case.pk).update(subject="另一人所改", held_until=date(2025, 5, 1))

    request = StepRequest(step="forward", happened_on=TODAY)
    record_step(makers.mei(), locked, request, today=TODAY)

    case.refresh_from_db()
    assert (case.state, case.subject, case.held_until) == ("I20", "另一人所改", date(2025, 5, 1))


def test_each_action_writes_only_the_columns_that_are_its_own(jun):
    chen = case_makers.justice_supervisor()
    case = case_makers.case(jun)
    draft = save_draft(by=jun, intake=case_makers.intake(case.partner))
    letter = drafted(jun, case)
    keep_contents(by=jun, case=case, said={"purpose": "甲"})
    amendment = Amendment(**{name: getattr(case, name) for name in AMENDED})
    current = {"is_open", "due_on", "due_clock", "changed_at", "version"}
    basis = {"basis", "agreement_id", "basis_reason"}

    drafting = written(
        "cases_case", lambda: save_draft(by=jun, intake=case_makers.intake(case.partner), draft=draft)
    )
    editing = written("cases_letter", lambda: edit_letter(by=jun, letter=letter, text=text()))
    contents = written(
        "cases_requestcontents", lambda: keep_contents(by=jun, case=case, said={"purpose": "乙"})
    )
    amending = written(
        "cases_case",
        lambda: amend_case(by=jun, case=case, amendment=replace(amendment, subject="丙"), reason="更正"),
    )
    stepping = written(
        "cases_case",
        lambda: take_step(by=jun, case=case, request=StepRequest("forward", TODAY), today=TODAY),
    )
    voiding = written("cases_case", lambda: void_case(by=chen, case=case, reason="誤登"))

    assert drafting >= current | basis | {"subject"}
    assert not drafting & {
        "number",
        "state",
        "holder",
        "officer_id",
        "held_until",
        "voided_at",
        "former_number",
    }
    assert editing == {
        "addressee", "subject_zh", "subject_en", "paragraphs", "enclosures", "note", "ground", "reply_by", "channel",
        "secrecy", "drafted_by_id", "version",
    }  # fmt: skip
    assert contents == {"purpose"}
    assert amending == current | {"subject"}
    assert stepping == current | {"state", "holder", "result", "closed_on"}
    assert voiding == current | {"voided_at", "void_reason"}
