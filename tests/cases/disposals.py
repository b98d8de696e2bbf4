"""Closed cases of long ago with one of everything, for tests of retention."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions.disposal import approve_disposal, draw_up_disposal, record_authority_approval
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.actions.retention import set_retention
from cases.actions.tasks import add_task
from cases.models import Case, DisposalList, LetterCase, Note, Person, Start, Task
from tests import makers
from tests.cases import letters
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.actions import store_document
from tracker.models import Document, User
from tracker.roles import Ministry, Role

CLOSED_ON = date(2020, 6, 15)
WORDS = "示例機密內容"


def second_supervisor() -> User:
    return makers.person("tsai", ministry=Ministry.JUSTICE, role=Role.SUPERVISOR)


def closed(jun: User, chen: User, *, years: int | None = 1, on: date = CLOSED_ON, **fields) -> Case:
    """A case that was logged and closed on one day long ago; with a term, and something written in every place."""
    given = {"received_on": on, "letter_on": on, "today": TODAY, "officer": jun, "subject": WORDS} | fields
    case = case_makers.case(jun, **given)
    add_person(by=jun, case=case, part="witness", name="王小明示例")
    write_note(by=jun, case=case, text=WORDS)
    add_task(by=jun, case=case, words=WORDS, today=TODAY, assigned_to=jun)
    letters.received(jun, case)
    upload = SimpleUploadedFile("示例.txt", WORDS.encode())
    store_document(by=jun, about=case, upload=upload, title=WORDS, secrecy=case.secrecy)
    case_makers.walk(jun, case, on)
    if years is not None:
        set_retention(by=chen, case=case, years=years, start=Start.CLOSING, reason="示例分類表第一項")
    case.refresh_from_db()
    return case


def approved(chen: User, tsai: User, *cases: Case, today: date = TODAY) -> DisposalList:
    """A list of these cases that both have approved."""
    plan = draw_up_disposal(by=chen, cases=cases, today=today)
    record_authority_approval(by=chen, plan=plan, number="示例字第1號", on=today, today=today)
    approve_disposal(by=tsai, plan=plan, today=today)
    plan.refresh_from_db()
    return plan


def held(cases: list[int]) -> list[int]:
    """How many rows of each sort the cases of these keys hold."""
    keys = [str(pk) for pk in cases]
    rows = [model.objects.filter(case__in=cases).count() for model in (Note, Person, Task, LetterCase)]
    return [*rows, Document.objects.filter(about_model="cases.case", about_id__in=keys).count()]
