"""Makes the cast and the files that tests stand on, by walking real steps: no test stands on an impossible row."""

from datetime import date, timedelta
from typing import Any

from agreements.actions import StepRequest, register, take_step
from agreements.models import Agreement, Milestone, Partner
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.roles import Ministry, Role, Secrecy

TODAY = date(2025, 3, 20)
TEXT = "agreed text"


def person(username: str, **fields: Any) -> User:
    """A person without a password; tests sign in by force."""
    fields = {"name": username.title(), "role": Role.OFFICER, "clearance": Secrecy.RESTRICTED} | fields
    return User.objects.create(username=username, password="!", **fields)


def marked(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with an end for the mark where the level asks for one."""
    is_secret = fields.get("secrecy", Secrecy.ORDINARY) >= Secrecy.RESTRICTED
    return {"declassify_when": "示例：結案時"} | fields if is_secret else fields


def mei() -> User:
    """Mei, an officer of foreign affairs."""
    return person("mei", ministry=Ministry.FOREIGN_AFFAIRS)


def jun() -> User:
    """Jun, an officer of justice."""
    return person("jun", ministry=Ministry.JUSTICE)


def lin() -> User:
    """Supervisor Lin of foreign affairs."""
    return person("lin", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR)


def justice_supervisor() -> User:
    return person("chen", ministry=Ministry.JUSTICE, role=Role.SUPERVISOR)


def auditor() -> User:
    return person("auditor", role=Role.AUDITOR)


def administrator() -> User:
    return person("administrator", role=Role.ADMINISTRATOR, is_staff=True)


def stranger() -> User:
    """A person who is cleared for nothing but the ordinary, of the other ministry."""
    return person("stranger", ministry=Ministry.JUSTICE, clearance=Secrecy.ORDINARY)


def partner(code: str = "XA", **fields: Any) -> Partner:
    names = {"XA": "甲國", "XB": "乙國", "XC": "丙國", "XD": "丁國"}
    fields = {"name_zh": names.get(code, code), "name_en": f"Country {code[-1]}", "is_sample": True} | fields
    return Partner.objects.get_or_create(code=code, defaults=fields)[0]


def agreement(
    by: User, *, opened_on: date = date(2023, 9, 1), today: date = TODAY, **fields: Any
) -> Agreement:
    """A file at stage 10, led by foreign affairs, on track T1 unless told otherwise."""
    given: dict[str, Any] = {
        "partner": fields.pop("partner", None) or partner(),
        "subjects": fields.pop("subjects", ["criminal_mla"]),
        "title_zh": "示例刑事司法互助條約",
        "nature": "treaty",
        "track": "T1",
        "lead": "foreign_affairs",
    } | marked(fields)
    return register(by=by, today=today, opened_on=opened_on, **given)


def step(
    by: User, file: Agreement, name: str, on: date | str, *, today: date = TODAY, **fields: Any
) -> Milestone:
    """Take one step; whatever the step needs is given unless told otherwise."""
    day = PartialDate.of(on) if isinstance(on, date) else PartialDate.parse(on)
    given: dict[str, Any] = {
        "reference": "外條字第 1140000000 號",
        "note": "依示例辦理",
        "term": 11,
        "ground": "approved",
        "has_document": True,
    } | fields
    request = StepRequest(step=name, happened=day, **given)
    milestone = take_step(by=by, agreement=file, request=request, today=today)
    file.refresh_from_db()
    return milestone


WALKS: dict[str, tuple[str, ...]] = {
    "T1": ("open_talks", "initial", "approve_text", "sign_first", "sign", "submit", "send_to_legislature", "approve",
           "issue_instrument", "exchange", "enter_into_force", "promulgate"),
    "T2": ("open_talks", "initial", "approve_text", "sign", "submit", "send_to_legislature", "approve", "notify_president",
           "exchange", "enter_into_force", "promulgate"),
    "T3": ("open_talks", "initial", "approve_text", "sign", "submit", "record", "enter_into_force", "promulgate", "publish"),
    "A1": ("open_talks", "initial", "approve_text", "sign", "submit", "record", "enter_into_force", "publish"),
    "A2": ("open_talks", "initial", "approve_text", "sign", "submit", "record", "enter_into_force"),
    "X": ("open_talks", "initial", "approve_text", "sign", "submit", "send_to_legislature", "approve", "enter_into_force"),
}  # fmt: skip


def walk(
    by: User,
    track: str = "T1",
    *,
    until: str = "",
    start: date = date(2024, 1, 10),
    every: int = 10,
    today: date = TODAY,
    **fields: Any,
) -> Agreement:
    """A file walked along its track's ordinary path, one step every ``every`` days, up to the step ``until``."""
    nature = {"T": "treaty", "A": "agreement", "X": ""}[track[0]]
    file = agreement(by, track=track, nature=fields.pop("nature", nature), today=today, **fields)
    for place, name in enumerate(WALKS[track]):
        step(by, file, name, start + timedelta(days=every * place), today=today)
        if name == until:
            break
    return file
