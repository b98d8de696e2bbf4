"""Makes cases for tests through the real actions, and agreements in force on a chosen day for them to rest on."""

from datetime import date
from typing import Any

from agreements.models import Agreement, Partner
from cases.actions import Intake, StepRequest, register_case, take_step
from cases.lifecycle import Need, awaited, next_steps
from cases.models import Case, CaseEvent
from tests import makers
from tests.makers import TODAY
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

GIVEN: dict[str, dict[str, Any]] = {
    Need.REASON: {"note": "示例理由"},
    Need.GROUND: {"ground": "10(2)1"},
    Need.BODY: {"body": "示例地方檢察署"},
    Need.RESULT: {"result": "full"},
    Need.DEFECT: {"defect": "facts"},
    Need.DUE: {"due_on": date(2025, 6, 2)},
}


def intake(partner: Partner | None = None, **fields: Any) -> Intake:
    """An incoming criminal request of 2025-03-03 from 甲國, received on the tenth, unless told otherwise."""
    given: dict[str, Any] = {
        "direction": "in",
        "kind": "criminal",
        "partner": partner or makers.partner(),
        "received_on": date(2025, 3, 10),
        "letter_on": date(2025, 3, 3) if fields.get("direction", "in") == "in" else None,
        "subject": "調取金融資料",
        "items": ("evidence",),
        "secrecy": Secrecy.ORDINARY,
    }
    return Intake(**(given | makers.marked(fields)))


def case(
    by: User,
    partner: Partner | None = None,
    *,
    officer: User | None = None,
    today: date = TODAY,
    **fields: Any,
) -> Case:
    return register_case(by=by, intake=intake(partner, **fields), today=today, officer=officer)


def step(
    by: User, file: Case, name: str, on: date = TODAY, *, today: date = TODAY, **fields: Any
) -> CaseEvent:
    """Take one step; whatever the step needs is given unless told otherwise."""
    row = next((row for row in next_steps(file.state, file.kind) if row.name == name), None)
    given = {key: value for need in (row.needs if row else ()) for key, value in GIVEN[need].items()}
    request = StepRequest(step=name, happened_on=on, **(given | fields))
    event = take_step(by=by, case=file, request=request, today=today)
    file.refresh_from_db()
    return event


def walk(by: User, file: Case, on: date = TODAY, *, until: str = "") -> Case:
    """Walk the case along its ordinary path, all on one day, up to the state ``until`` or its end."""
    for _turn in range(20):
        row = awaited(file.state, file.kind)
        if row is None or file.state == until:
            break
        step(by, file, row.name, on, today=max(on, TODAY))
    return file


def in_force(
    partner: Partner, on: date, subject: str = "criminal_mla", *, by: User | None = None, **fields: Any
) -> Agreement:
    """An agreement with the partner that entered into force on this day, walked there by real steps."""
    lin = by or User.objects.filter(username="lin").first() or makers.lin()
    file = makers.agreement(
        lin,
        partner=partner,
        subjects=[subject],
        title_zh=fields.pop("title_zh", f"與{partner.name_zh}之示例協定（{subject}）"),
        opened_on=date(2020, 1, 1),
        track=fields.pop("track", "A1"),
        nature=fields.pop("nature", "agreement"),
        **fields,
    )
    for place, name in enumerate(("open_talks", "initial", "approve_text", "sign", "submit", "record")):
        makers.step(lin, file, name, date(2020, 2 + place, 1))
    makers.step(lin, file, "enter_into_force", on)
    return file


def sealed_officer() -> User:
    """An officer of justice who is cleared for sealed cases."""
    return makers.person("qiu", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)


def justice_supervisor(**fields: Any) -> User:
    return makers.person("chen", ministry=Ministry.JUSTICE, role=Role.SUPERVISOR, **fields)
