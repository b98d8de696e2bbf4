"""The fixed objects that the matrix is asked about: people, cases of every level, and one of everything beside them.

Texts of what is not for everybody carry tokens (TOKENS), so that an answer tells what it holds.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agreements.actions import add_source, record_contact, record_round, update_progress
from agreements.actions.importing import plan_import as plan_register
from agreements.models import Agreement
from cases.actions import Intake, save_draft, void_case
from cases.actions.competition import gather
from cases.actions.disposal import draw_up_disposal
from cases.actions.extensions import ask_extension
from cases.actions.handover import hand_over
from cases.actions.importing import plan_import as plan_log
from cases.actions.items import add_item
from cases.actions.links import link_cases
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.actions.practice import Said, add_line
from cases.actions.promises import Assurance, give_promise
from cases.actions.retention import set_retention
from cases.actions.tasks import add_task
from cases.actions.time import stop_clock
from cases.models import Case
from reports.actions import add_recommendation, make_feed
from reports.actions.figures import add_figure
from reports.actions.followup import Act, add_evidence
from reports.actions.frozen import approve_report, draft_report, submit_report
from reports.actions.importing import plan_import as plan_figures
from reports.actions.jobs import ask_job
from reports.actions.weights import propose_weights
from reports.catalogue import Parameters
from reports.models import Figure, Recommendation
from tests import makers
from tests.agreements import registers
from tests.cases import letters, logs
from tests.cases import makers as case_makers
from tests.reports import figurefiles
from tracker.actions import save_view, store_document
from tracker.models import Document, User
from tracker.partialdate import PartialDate
from tracker.people.actions import name_substitute
from tracker.roles import Ministry, Role, Secrecy

LEVELS = {"ordinary": Secrecy.ORDINARY, "restricted": Secrecy.RESTRICTED, "sealed": Secrecy.SEALED}
TOKENS = {"ordinary": "TOKENORDINARY", "restricted": "TOKENRESTRICTED", "sealed": "TOKENSEALED"}
OF_TREATIES = {"ordinary": "TOKENTREATY", "restricted": "TOKENSECRETTREATY"}

MAY_READ = {
    "TOKENORDINARY": {"P1", "P2", "P3", "P4", "P5", "P6", "P10"},
    "TOKENINTERNAL": {"P1", "P2", "P3", "P4", "P5", "P6"},
    "TOKENRESTRICTED": {"P1", "P2", "P3", "P5", "P6"},
    "TOKENSEALED": {"P3"},
    "TOKENDRAFT": {"P3"},
    "TOKENTREATY": {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P10"},
    "TOKENSECRETTREATY": {"P1", "P2", "P3", "P5", "P6", "P7"},
}
"""Who may be handed which token."""


@dataclass
class World:
    """``people`` by principal, ``cases`` and ``things`` by object class, ``one`` by the name of what it is."""

    today: date
    people: dict[str, User] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    one: dict[str, Any] = field(default_factory=dict)


def cast() -> dict[str, User]:
    """The principals of the programme (trust.md 2.1), without P0; P9 and P10 are what they were before."""
    foreign, justice = Ministry.FOREIGN_AFFAIRS, Ministry.JUSTICE
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        "P1": ("mei", {"ministry": foreign, "desk": "條約一科"}),
        "P2": ("lin", {"ministry": foreign, "desk": "條約一科", "role": Role.SUPERVISOR}),
        "P3": ("jun", {"ministry": justice, "desk": "國際一科", "clearance": Secrecy.SEALED}),
        "P4": ("wu", {"ministry": justice, "desk": "國際二科", "clearance": Secrecy.INTERNAL}),
        "P5": ("chen", {"ministry": justice, "desk": "國際一科", "role": Role.SUPERVISOR, "is_staff": True}),
        "P6": ("auditor", {"role": Role.AUDITOR}),
        "P7": ("administrator", {"role": Role.ADMINISTRATOR, "is_staff": True}),
        "P8": ("hsu", {"ministry": justice, "desk": "國際一科", "role": Role.SUPERVISOR}),
        "P9": ("gone", {"ministry": justice, "desk": "國際一科", "role": Role.SUPERVISOR}),
        "P10": ("moved", {"ministry": justice, "desk": "國際一科", "role": Role.SUPERVISOR}),
    }
    return {name: makers.person(username, **fields) for name, (username, fields) in rows.items()}


def build(today: date, levels: Iterable[str] = tuple(LEVELS)) -> World:
    """Everything, made by the real actions; agreements and cases of these levels alone."""
    world = World(today, people=cast())
    makers.partner("XA"), makers.partner("XB")
    for level in levels:
        add_agreement(world, level)
    for level in levels:
        add_case(world, level)
    _other_cases(world)
    _beside(world)
    _reports(world)
    return world


def add_agreement(world: World, level: str) -> None:
    """An agreement of this level with one of everything; none is sealed."""
    lin, today = world.people["P2"], world.today
    if level in OF_TREATIES:
        token = OF_TREATIES[level]
        marks: dict[str, Any] = {} if level == "ordinary" else {"declassify_when": "示例條件"}
        file = makers.agreement(lin, title_zh=f"示例條約{token}", secrecy=LEVELS[level], today=today, **marks)
        makers.step(lin, file, "open_talks", today - timedelta(days=60), today=today)
        told: dict[str, Any] = {
            "held": PartialDate.of(today),
            "medium": "video",
            "outcome": token,
            "today": today,
        }
        world.things[f"agreement {level}"] = {
            "round": record_round(by=lin, agreement=file, **told),
            "progress": update_progress(
                by=lin, agreement=file, confidence="on_track", court="lead", next_step=token, today=today
            ),
            "source": add_source(
                by=lin, agreement=file, fact="signed_on", value="2025-01-01", source=token, confidence="high"
            ),
            "milestone": file.milestones.order_by("order").last(),
        }
        file.refresh_from_db()
        world.agreements[level] = file


def add_case(world: World, level: str) -> None:
    """An open case of this level that jun carries, with one of everything."""
    jun, chen, today, token = world.people["P3"], world.people["P5"], world.today, TOKENS[level]
    marks: dict[str, Any] = {} if level == "ordinary" else {"declassify_when": "示例條件"}
    case = case_makers.case(
        jun,
        officer=jun,
        today=today,
        subject=token,
        partner_reference=f"{token}-R",
        office=f"{token}-O",
        secrecy=LEVELS[level],
        received_on=today - timedelta(days=10),
        letter_on=today - timedelta(days=12),
        deadline=today + timedelta(days=30),
        **marks,
    )
    other = case_makers.case(jun, makers.partner("XB"), today=today, subject=f"{token}-2", secrecy=LEVELS[level], officer=jun,
                             received_on=today, letter_on=today, **marks)  # fmt: skip
    for step in ("forward", "take_in"):
        case_makers.step(jun, case, step, today, today=today)
    given = Assurance("use_limit", "them", token, given_on=today)
    upload = SimpleUploadedFile(f"{token}.txt", token.encode())
    things: dict[str, Any] = {
        "item": add_item(by=jun, case=case, kind="other", reason=token),
        "person": add_person(by=jun, case=case, part="witness", name=f"{token}名"),
        "promise": give_promise(by=jun, case=case, assurance=given, today=today),
        "note": write_note(by=jun, case=case, text=token),
        "task": add_task(by=jun, case=case, words=token, today=today, assigned_to=jun),
        "link": link_cases(by=jun, case=case, other=other, kind="related"),
        "document": store_document(by=jun, about=case, upload=upload, title=token, secrecy=LEVELS[level]),
        "draft letter": letters.drafted(jun, case, subject_zh=token),
        # Whoever countersigns one in a sealed case was let into it; a draft says as much about who sees it.
        "signed letter": letters.drafted(jun, case, subject_zh=token)
        if level == "sealed"
        else letters.signed(jun, chen, case, subject_zh=token),
        "received letter": letters.received(jun, case),
        "competition": gather(by=jun, wanted=token, cases=[case, other]),
    }
    things["extension"] = ask_extension(
        by=jun, case=case, clock="C2", due_asked=today + timedelta(days=400), reason=token, today=today
    )
    things["interval"] = stop_clock(
        by=jun, case=case, category="court", reason=token, began_on=today, today=today
    )
    case.refresh_from_db()
    world.cases[level], world.things[level] = case, things


def _other_cases(world: World) -> None:
    jun, chen, today = world.people["P3"], world.people["P5"], world.today
    given: dict[str, Any] = {"today": today, "received_on": today, "letter_on": today}
    world.cases["internal"] = case_makers.case(
        jun, secrecy=Secrecy.INTERNAL, officer=chen, subject="TOKENINTERNAL", **given
    )
    struck = case_makers.case(jun, **given)
    world.cases["struck"] = void_case(by=chen, case=struck, reason="示例", version=struck.version)
    closed = case_makers.case(jun, officer=jun, today=today)
    world.cases["closed"] = case_makers.walk(jun, closed, today)
    set_retention(by=chen, case=closed, years=1, start="closing", reason="示例")
    world.one["disposal list"] = draw_up_disposal(by=chen, cases=[closed], today=today + timedelta(days=800))
    world.cases["draft"] = save_draft(by=jun, intake=Intake(subject="TOKENDRAFT"))


def _beside(world: World) -> None:
    people, today = world.people, world.today
    jun, lin, partner = people["P3"], people["P2"], makers.partner("XA")
    held: dict[str, Any] = {"kind": "visit", "held": PartialDate.of(today), "words": "示例", "today": today}
    line = Said(topic="language", text_zh="示例", source="示例", verified_on=today)
    world.one |= {
        "contact": record_contact(by=people["P1"], partner=partner, **held),
        "line": add_line(by=jun, partner=partner, said=line, today=today),
        "view": save_view(by=jun, place="cases", name="示例", query="state=open"),
        "handover": hand_over(by=people["P5"], giver=people["P5"], taker=jun, reason="示例"),
        "register batch": plan_register(
            by=lin, file=registers.register_file(registers.row(), today=today), today=today
        ),
        "log batch": plan_log(
            by=people["P5"], file=logs.log_file(logs.row(), today=today), stated={"cases": 1}
        ),
        "substitution": name_substitute(
            by=people["P7"], person=people["P1"], substitute=lin, reason="示例", **_for_a_week()
        ),
        "typed": uuid.uuid4(),
    }


def _for_a_week() -> dict[str, Any]:
    now = timezone.now()
    return {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=8)}


def _reports(world: World) -> None:
    people, today = world.people, world.today
    mei, lin, chen = people["P1"], people["P2"], people["P5"]
    asked = Recommendation(code="114-09", fiscal_year=2025, title="示例", text="示例", source="示例", ministry="foreign_affairs")  # fmt: skip
    add_recommendation(by=lin, recommendation=asked, asked=Act("ask", "示例"))
    given: dict[str, Any] = {"code": "A03", "parameters": Parameters(today), "today": today}
    report = submit_report(by=mei, report=draft_report(by=mei, **given))
    series = figurefiles.series()
    figure = add_figure(
        by=lin, figure=Figure(series=series, partner=makers.partner("XA"), year=2024, value=3)
    )
    stated = figurefiles.totals(y2024="3")
    file = figurefiles.figures_file(figurefiles.row(), today=today)
    world.one |= {
        "recommendation": asked,
        "evidence": add_evidence(
            by=lin, recommendation=asked, text="示例", happened=PartialDate.of(today), today=today
        ),
        "approved": approve_report(by=lin, report=report),
        "draft report": draft_report(by=lin, **given),
        "job": ask_job(
            by=chen, kind="cases", title="示例", parameters={"format": "csv", "query": ""}, language="en"
        ),
        "weights": propose_weights(by=mei, by_factor={"help_rise": 5}, reason="示例理由"),
        "secret": make_feed(by=chen, scope="mine"),
        "series": series,
        "figure": figure,
        "figures batch": plan_figures(by=lin, file=file, series=series, stated=stated),
    }
    world.one["feed"] = chen.feeds.get()


def documents_of(world: World, level: str) -> Document:
    """The document of the case of this level."""
    return world.things[level]["document"]
