"""A closed case with a row of everything that outlives its contents, and every verb of cases tried on it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from cases.actions import (
    Amendment,
    StepRequest,
    amend_case,
    assign,
    keep_contents,
    restate_basis,
    take_step,
    void_case,
)
from cases.actions.access import let_in, withdraw_access
from cases.actions.assignment import hand_to
from cases.actions.bulk import assign_many, pass_on_many
from cases.actions.competition import Weighed, add_request, decide, gather, tell, weigh
from cases.actions.contents import AMENDED
from cases.actions.extensions import ask_extension, decide_extension
from cases.actions.items import add_item, drop_item, settle_items
from cases.actions.letters import (
    Logged,
    Said,
    countersign_letter,
    draft_letter,
    edit_letter,
    record_incoming,
    record_outgoing,
    say_meanings,
    send_letter,
    submit_letter,
)
from cases.actions.links import drop_link, link_cases, link_drafted, take_up_again
from cases.actions.marks import ask_lowering, decide_lowering, review_mark
from cases.actions.notes import write_note
from cases.actions.papers import file_paper_versions, file_papers
from cases.actions.people import add_person, remove_person
from cases.actions.promises import (
    Assurance,
    give_promise,
    release_promise,
    start_term,
    withdraw_promise,
)
from cases.actions.retention import lift_hold, place_hold, set_retention
from cases.actions.tasks import add_task, do_tasks
from cases.actions.time import (
    correct_stop,
    end_hold,
    put_on_hold,
    restart_clock,
    stop_clock,
    withdraw_interval,
)
from cases.models import (
    Access,
    Case,
    CaseLink,
    Competition,
    Competitor,
    Extension,
    Hold,
    Interval,
    Letter,
    LetterCase,
    Promise,
    Start,
)
from tests.cases import disposals, letters
from tests.makers import TODAY
from tracker.models import Document, Lowering, User

DAY = date(2020, 6, 1)
LATER = date(2099, 1, 1)


@dataclass(slots=True)
class Remains:
    """The case, another one that is kept, and what both share or the first has for itself."""

    jun: User
    chen: User
    tsai: User
    case: Case
    other: Case
    draft: Case
    link: CaseLink
    competition: Competition
    competitor: Competitor
    stop: Interval
    extension: Extension
    access: Access
    hold: Hold
    lowering: Lowering
    letters: dict[str, Letter]


def remains(jun: User, chen: User, tsai: User, draft: Case) -> Remains:
    """Both cases are closed and hold everything; nothing is destroyed yet."""
    case, other = disposals.closed(jun, chen), disposals.closed(jun, chen, years=30)
    now, words = timezone.now(), disposals.WORDS
    about: dict[str, Any] = {"about_model": "cases.case", "about_id": str(case.pk)}
    competition = Competition.objects.create(wanted=words, recorded_at=now, recorded_by=jun, preferred=other,
        reason=words, decided_on=DAY, decided_by=chen)  # fmt: skip
    Competitor.objects.create(competition=competition, case=other)
    return Remains(
        jun, chen, tsai, case, other, draft,
        link_cases(by=jun, case=case, other=other, kind="related", note=words),
        competition,
        Competitor.objects.create(competition=competition, case=case),
        Interval.objects.create(case=case, sort="stop", category="court", reason=words, began_on=DAY, ended_on=DAY,
            recorded_at=now, recorded_by=jun),
        Extension.objects.create(case=case, clock="P1", due_was=DAY, due_asked=LATER, reason=words, asked_at=now, asked_by=jun),
        Access.objects.create(case=case, person=jun, kind="named", reason=words, given_by=chen, given_at=now),
        Hold.objects.create(case=case, reason=words, placed_at=now, placed_by=jun, lifted_at=now, lifted_by=chen,
            lifted_reason=words),
        Lowering.objects.create(**about, before=2, after=1, reason=words, asked_by=tsai, asked_at=now),
        {status: _shared(jun, status, case, other) for status in ("draft", "submitted", "countersigned", "received")},
    )  # fmt: skip


def _shared(jun: User, status: str, *cases: Case) -> Letter:
    way, text = ("in" if status == "received" else "out"), letters.text()
    letter = Letter.objects.create(
        way=way, kind="acknowledgement", status=status, partner=cases[0].partner, moved_on=DAY, addressee="示例",
        subject_zh="示例", subject_en="x", paragraphs=[{"code": "x", "zh": "示例", "en": "x"}] if text else [],
        secrecy=max(case.secrecy for case in cases), drafted_at=timezone.now(), drafted_by=jun,
    )  # fmt: skip
    LetterCase.objects.bulk_create(LetterCase(letter=letter, case=case) for case in cases)
    return letter


def acts(r: Remains) -> dict[str, Callable[[], object]]:
    """By name: every verb that writes something of a case, tried on it."""
    jun, case, on = r.jun, r.case, TODAY
    promise = Promise(pk=1, case=case, kind="use_limit")
    logged = Logged(moved_on=TODAY, their_number="1")
    amended = {name: getattr(case, name) for name in AMENDED} | {"subject": "示例"}
    said = Assurance("use_limit", "them", "示例", given_on=TODAY)
    step = StepRequest("note", TODAY)
    own = {"by": jun, "case": case}
    chief = {"by": r.chen, "case": case}
    return {
        "let_in": lambda: let_in(**chief, reason="示例", person=jun),
        "withdraw_access": lambda: withdraw_access(**chief, access=r.access),
        "assign": lambda: assign(**chief, officer=jun),
        "hand_to": lambda: hand_to(jun, case, by=r.chen, reason="示例"),
        "restate_basis": lambda: restate_basis(**own, reason="示例"),
        "assign_many": lambda: assign_many(by=r.chen, chosen={case.pk: case.version}, officer=jun).refused,
        "pass_on_many": lambda: (
            pass_on_many(by=jun, chosen={case.pk: case.version}, request=step, today=on).refused
        ),
        "gather": lambda: gather(by=jun, wanted="示例", cases=[case, r.other]),
        "add_request": lambda: add_request(by=jun, competition=r.competition, case=case),
        "weigh": lambda: weigh(by=jun, competition=r.competition, said={r.competitor.pk: Weighed("示例")}),
        "decide": lambda: decide(
            by=r.chen,
            competition=r.competition,
            preferred=case,
            reason="示例",
            decided_on=TODAY,
            today=on,
        ),
        "tell": lambda: tell(
            by=jun, competition=r.competition, competitor=r.competitor, told_on=TODAY, today=on
        ),
        "keep_contents": lambda: keep_contents(**own, said={"facts": "示例"}),
        "amend_case": lambda: amend_case(**own, amendment=Amendment(**amended), reason="示例"),
        "void_case": lambda: void_case(**chief, reason="示例"),
        "ask_extension": lambda: ask_extension(**own, clock="P1", due_asked=LATER, reason="示例", today=on),
        "decide_extension": lambda: decide_extension(by=r.chen, extension=r.extension, is_approved=True),
        "settle_items": lambda: settle_items(**own, results={}, today=on),
        "add_item": lambda: add_item(**own, kind="service", reason="示例"),
        "drop_item": lambda: drop_item(**own, item=case.items.get(), reason="示例"),
        "link_cases": lambda: link_cases(**own, other=r.draft, kind="related"),
        "drop_link": lambda: drop_link(by=jun, link=r.link, reason="示例"),
        "take_up_again": lambda: take_up_again(**own, today=on),
        "link_drafted": lambda: link_drafted(by=jun, draft=r.draft, other=case),
        "review_mark": lambda: review_mark(**chief, today=on),
        "ask_lowering": lambda: ask_lowering(**chief, after=0, reason="示例"),
        "decide_lowering": lambda: decide_lowering(by=r.chen, lowering=r.lowering, is_granted=True),
        "write_note": lambda: write_note(**own, text="示例"),
        "file_papers": lambda: file_papers(**own, key=uuid.uuid4()),
        "file_paper_versions": lambda: file_paper_versions(**own, key=uuid.uuid4(), document=Document()),
        "add_person": lambda: add_person(**own, part="witness", name="示例甲"),
        "remove_person": lambda: remove_person(**own, person=case.persons.model(pk=0), reason="示例"),
        "give_promise": lambda: give_promise(**own, assurance=said, today=on),
        "start_term": lambda: start_term(by=jun, promise=promise, counted_from=TODAY, today=on),
        "release_promise": lambda: release_promise(
            by=jun, promise=promise, on=TODAY, reason="示例", today=on
        ),
        "withdraw_promise": lambda: withdraw_promise(by=jun, promise=promise, reason="示例"),
        "set_retention": lambda: set_retention(**chief, years=0, start=Start.CLOSING, reason="示例"),
        "place_hold": lambda: place_hold(**own, reason="示例"),
        "lift_hold": lambda: lift_hold(**chief, reason="示例"),
        "take_step": lambda: take_step(**own, request=step, today=on),
        "add_task": lambda: add_task(**own, words="示例", today=on),
        "do_tasks": lambda: do_tasks(**own, tasks=[]),
        "stop_clock": lambda: stop_clock(**own, category="court", reason="示例", began_on=TODAY, today=on),
        "restart_clock": lambda: restart_clock(**own, ended_on=TODAY, today=on),
        "put_on_hold": lambda: put_on_hold(**own, until=LATER, reason="示例", today=on),
        "end_hold": lambda: end_hold(**own, today=on),
        "withdraw_interval": lambda: withdraw_interval(by=jun, interval=r.stop, reason="示例", today=on),
        "correct_stop": lambda: correct_stop(
            by=jun, interval=r.stop, category="court", began_on=DAY, ended_on=None, reason="示例", today=on
        ),
        "draft_letter": lambda: draft_letter(
            by=jun, kind="acknowledgement", cases=[case], text=letters.text()
        ),
        "edit_letter": lambda: edit_letter(by=jun, letter=r.letters["draft"], text=letters.text()),
        "submit_letter": lambda: submit_letter(by=jun, letter=r.letters["draft"]),
        "countersign_letter": lambda: countersign_letter(by=r.chen, letter=r.letters["submitted"]),
        "send_letter": lambda: send_letter(
            by=jun, letter=r.letters["countersigned"], sending=letters.sending(), today=on
        ),
        "record_incoming": lambda: record_incoming(by=jun, cases=[case], logged=logged, today=on),
        "record_outgoing": lambda: record_outgoing(by=jun, cases=[case], logged=logged, today=on),
        "say_meanings": lambda: say_meanings(
            by=jun, letter=r.letters["received"], said=[Said(case, "none")], today=on
        ),
    }


NOT_TRIED = {
    "open_in_emergency": "opens nothing, which it tells nobody: a test of its own",
    "withdraw_note": "the note is gone", "undo_task": "the task is gone", "drop_task": "the task is gone",
    "give_task": "the task is gone", "see_mentions": "the notes are gone", "rotate_batch": "the persons are gone",
    "return_letter": "of a letter that a kept case shares", "withdraw_draft": "of a letter that a kept case shares",
    "print_letter": "reads", "record_look": "reads", "record_search": "reads", "record_export": "reads",
    "draft_note": "only of cases that wait for an answer", "restate_many": "only of open cases",
    "recompute_case_clocks": "only of open cases", "hand_over": "only of open work", "tick_lines": "the pack, not the case",
    "save_draft": "no case yet", "discard_draft": "no case yet", "register_case": "no case yet",
    "register_within": "no case yet", "keep_with_draft": "no case yet", "add_sample_cases": "new cases",
    "add_line": "no case", "change_line": "no case", "verify_line": "no case", "withdraw_line": "no case",
    "load_paragraphs": "no case", "set_agreement_retention": "no case",
    "draw_up_disposal": "not due: a test of its own", "record_authority_approval": "the list is over",
    "approve_disposal": "the list is over", "drop_disposal": "the list is over", "carry_out_disposal": "the list is over",
    "plan_import": "a test of its own", "check_again": "as plan_import", "check_log": "as plan_import",
    "apply_import": "as plan_import", "import_at_once": "as plan_import", "undo_import": "stopped by later work",
    "record_step": "part of take_step", "add_event": "part of take_step", "settle_basis": "part of restate_basis",
    "settle_on_sending": "part of take_step", "lock_letter": "reads", "world": "reads",
}  # fmt: skip
"""The other verbs, and why they add nothing to a destroyed case."""
