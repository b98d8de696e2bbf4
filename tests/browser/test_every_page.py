"""Every page, in both languages, light and dark: accessible, no error on the console, and usable without script."""

import uuid
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from agreements.actions import record_contact
from agreements.actions.placeholders import record_placeholder
from agreements.models import Agreement, Contact, Milestone, Partner, Placeholder
from cases.actions import Intake, save_draft
from cases.actions.competition import decide, gather
from cases.actions.extensions import ask_extension
from cases.actions.handover import hand_over
from cases.actions.importing import plan_import
from cases.actions.items import add_item
from cases.actions.links import link_cases
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.actions.promises import Assurance, give_promise
from cases.actions.tasks import add_task
from cases.actions.time import stop_clock
from cases.models import (
    AssistanceItem,
    Case,
    CaseLink,
    Competition,
    DisposalList,
    Extension,
    Handover,
    Interval,
    Letter,
    Note,
    Person,
    PracticeLine,
    Promise,
    Task,
)
from reports.actions.frozen import approve_report, draft_report, submit_report
from reports.actions.importing import plan_import as plan_figures
from reports.actions.jobs import ask_job
from reports.catalogue import Parameters
from reports.models import Figure, FrozenReport, Job, Recommendation, Series
from tests.cases.logs import log_file, row
from tests.reports import figurefiles
from tracker.actions import keep_form, save_view
from tracker.models import ImportBatch, KeptForm, SavedView, Substitution, User
from tracker.partialdate import PartialDate
from tracker.people.actions import name_substitute

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Addresses that answer something other than a page of their own: a redirect, a file, or only a POST.
NO_PAGE = {
    "home",
    "reports:feed",
    "reports:revoke_feed",
    "document",
    "set_language",
    "switch_keys",
    "account_signup",
    "cases:emergency",  # nobody of the demo is cleared for sealed cases
    "cases:uncover_persons",
    "cases:withdraw_reader",
    "account_inactive",
    "account_reauthenticate",
    "account_set_password",
    "confirm",
    # Pages of the sign-in that lead elsewhere without the right person, link or fresh sign-in: see test_passkeys.py.
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "signin_add_passkey",
    "signin_add_totp",
    "signin_codes",
    "signin_decide",
    "signin_oidc",
    "signin_oidc_callback",
    "signin_people",
    "signin_person",
    "signin_remove_factor",
    "signin_set_password",
}
ABOUT_TIME = {
    "cases:stop": "interval",
    "cases:restart": "interval",
    "cases:hold": "interval",
    "cases:resume": "interval",
    "cases:extension": "interval",
    "cases:decide_extension": "extension",
    "cases:correct_stop": "interval",
    "cases:withdraw_interval": "interval",
}

# Addresses of one row of a case: the newest that the fixture made.
ABOUT_A_ROW = {
    "cases:drop_item": AssistanceItem,
    "cases:remove_person": Person,
    "cases:promise": Promise,
    "cases:withdraw_note": Note,
    "cases:task": Task,
    "cases:undo_task": Task,
    "cases:unlink": CaseLink,
}
# Addresses of one thing beside cases: the one that the fixture made.
ABOUT_ONE = {
    "cases:competition": Competition,
    "cases:disposal_act": DisposalList,
    "cases:disposal_list": DisposalList,
    "cases:handover": Handover,
    "cases:tick_handover": Handover,
    "cases:view": SavedView,
    "cases:change_view": SavedView,
    "cases:replace_view": SavedView,
}

# Addresses of one recommendation of the audit office, and of a row of it.
ABOUT_A_RECOMMENDATION = {
    "reports:recommendation": "events",
    "reports:new_act": "events",
    "reports:new_evidence": "events",
    "reports:recommendation_days": "events",
    "reports:withdraw_act": "events",
    "reports:withdraw_evidence": "evidence",
    "reports:answer_pack": "events",
}

# Addresses of one letter: a letter of the demo that stands there.
ABOUT_A_LETTER = {
    "cases:letter": "sent",
    "cases:letter_act": "draft",
    "cases:letter_edit": "draft",
    "cases:letter_send": "countersigned",
    "cases:letter_meaning": "received",
    "cases:letter_paper": "sent",
}


@pytest.fixture
def demo(live_server):
    """The demo's data behind the live server."""
    call_command("demo", "--no-serve", stdout=StringIO())
    people = {user.username: user for user in User.objects.all()}
    save_draft(by=people["moj-supervisor"], intake=Intake(subject="示例草稿"))
    stop_and_extend(people["moj-officer"], people["moj-supervisor"])
    name_and_promise(people["moj-officer"])
    write_beside(people)
    meet(people["mofa-officer"])
    save_view(by=people["moj-supervisor"], place="cases", name="示例檢視", query="state=open")
    sign_off(people)
    plan_import(by=people["moj-supervisor"], file=log_file(row(), row("二", kind="x")), stated={"cases": 3})
    check_figures(people["mofa-supervisor"])
    go_and_come_back(people)
    return people


def go_and_come_back(people):
    """A substitute, and what was typed when a session ended."""
    officer, supervisor, now = people["moj-officer"], people["moj-supervisor"], timezone.now()
    span = {"starts_at": now, "ends_at": now + timedelta(days=7), "reason": "示例休假"}
    name_substitute(by=officer, person=officer, substitute=supervisor, **span)
    keep_form(
        by=people["mofa-supervisor"], address="/people/substitutes/new/", typed=[("reason", "示例：休假")]
    )


def sign_off(people):
    """An approved report, a draft, and a long export."""
    given = {"code": "T4", "parameters": Parameters(date(2024, 12, 31)), "today": timezone.localdate()}
    report = submit_report(by=people["mofa-officer"], report=draft_report(by=people["mofa-officer"], **given))
    approve_report(by=people["mofa-supervisor"], report=report)
    draft_report(by=people["mofa-supervisor"], **given)
    wanted = {"kind": "cases", "parameters": {"format": "xlsx", "query": ""}, "language": "en"}
    ask_job(by=people["mofa-supervisor"], title="示例匯出", **wanted)


def check_figures(supervisor):
    """A file of figures that adds some, corrects one, and does not add up."""
    rows = figurefiles.row("示例", year="113", value="3"), figurefiles.of("TH", "113", "420")
    series, stated = Series.objects.get(code="help_seeking"), figurefiles.totals(y2024="1118")
    plan_figures(by=supervisor, file=figurefiles.figures_file(*rows), series=series, stated=stated)


def meet(officer):
    """A contact with a partner, outside any file."""
    today = timezone.localdate()
    told = {"kind": "visit", "held": PartialDate.of(today), "words": "示例訪問", "today": today}
    record_placeholder(by=officer, code_name="示例青鳥", kept_where="示例檔案室", today=today)
    record_contact(by=officer, partner=Partner.objects.get(code="XA"), **told)


def name_and_promise(officer):
    """A case of several things that are asked, with a person and a promise."""
    today = timezone.localdate()
    seen = Case.objects.open().visible_to(officer).filter(kind="criminal").order_by("pk")
    case = seen.filter(items__state="open").first()
    add_item(by=officer, case=case, kind="other", reason="示例")
    add_person(by=officer, case=case, part="witness", name="示例某")
    words = "示例：證人完成作證後得安全離境"
    pledge = Assurance("safe_conduct", "us", words, given_on=today, counted_from=today)
    give_promise(by=officer, case=case, assurance=pledge, today=today)


def write_beside(people):
    """Notes, tasks, a link, concurrent requests that were decided, and a hand-over that waits for its ticks."""
    officer, supervisor, today = people["moj-officer"], people["moj-supervisor"], timezone.localdate()
    open_ones = Case.objects.open().visible_to(officer).filter(direction="in").order_by("pk")
    first = open_ones.first()
    second = open_ones.exclude(partner=first.partner).first()
    add_task(by=officer, case=first, words="示例待辦", today=today, due_on=today, assigned_to=officer)
    write_note(by=officer, case=first, text="示例註記", mentioned=[supervisor], is_for_successor=True)
    link_cases(by=officer, case=first, other=second, kind="related")
    competition = gather(by=officer, wanted="示例帳戶", cases=[first, second])
    told = {"reason": "示例理由", "decided_on": today, "today": today}
    decide(by=supervisor, competition=competition, preferred=first, **told)
    hand_over(by=supervisor, giver=officer, taker=supervisor, reason="示例調任")
    DisposalList.objects.create(drawn_up_at=timezone.now(), drawn_up_by=supervisor)


def stop_and_extend(officer, supervisor):
    """A case with a stopped clock and an extension to decide on, for the pages about time."""
    today = timezone.localdate()
    case = Case.objects.open().visible_to(supervisor).filter(due_clock="C2").order_by("pk").last()
    stop_clock(by=officer, case=case, category="court", reason="示例", began_on=today, today=today)
    later = case.due_on + timedelta(days=400)
    ask_extension(by=officer, case=case, clock="C2", due_asked=later, reason="示例", today=today)


def named_pages():
    """Full name and parameter names of every address of ours, the admin's aside."""

    def walk(patterns, space="", above=()):
        for pattern in patterns:
            needed = sorted({*above, *pattern.pattern.converters})
            if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
                inner = f"{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, inner, needed)
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield space + pattern.name, needed

    return [(name, needed) for name, needed in walk(get_resolver().url_patterns) if name not in NO_PAGE]


def addresses():
    """One address for every named page, on the demo's data."""
    file = Agreement.objects.get(partner__code="XA")
    reader = User.objects.get(username="moj-supervisor")
    case = Case.objects.visible_to(reader).exclude(number="").order_by("pk").first()
    batch = ImportBatch.objects.filter(kind="agreements").first()
    log = ImportBatch.objects.get(kind="cases")
    last = Milestone.objects.filter(agreement=file).order_by("order").last()
    known = {
        "agreements": {"number": file.number, "pk": last.pk, "code": "XA", "batch": batch.pk, "id": batch.pk},
        "cases": {"number": case.number, "pk": case.pk, "batch": log.pk},
        "note": {"code": "XD"},
        "practice": {"code": "XA", "pk": PracticeLine.objects.first().pk, "measure": "service"},
        "reports": {
            "number": 2,
            "code": "T4",
            "form": "json",
            "pk": FrozenReport.objects.approved().latest("pk").pk,
            "key": Job.objects.latest("asked_at").pk,
        },
    }
    talks = Agreement.objects.get(partner__code="XB").number
    for name, needed in named_pages():
        given = known.get(name.split(":")[0], {"key": uuid.uuid4()})
        if name == "cases:draft":
            given = {"pk": Case.objects.get(subject="示例草稿").pk}
        if name == "cases:step":
            given = {"number": Case.objects.open().visible_to(reader).first().number}
        if name == "reports:reciprocity_of":
            given = {"code": "XA"}
        if name in ABOUT_TIME:
            row = (
                {"extension": Extension, "interval": Interval}[ABOUT_TIME[name]].objects.order_by("pk").last()
            )
            given = {"number": row.case.number, "pk": row.pk}
        if name in ABOUT_A_ROW:
            row = ABOUT_A_ROW[name].objects.order_by("pk").last()
            given = {"number": row.case.number, "pk": row.pk}
        if name in ABOUT_ONE:
            given = {"pk": ABOUT_ONE[name].objects.order_by("pk").last().pk}
        if name in ABOUT_A_LETTER:
            given = {"pk": Letter.objects.filter(status=ABOUT_A_LETTER[name]).first().pk, "form": "pdf"}
        if name == "cases:agreement_retention":
            given = {"agreement": file.number}
        if name.startswith("people:"):
            given = {"pk": {"people:end_substitution": Substitution.objects.get().pk}.get(name, reader.pk)}
        if name == "resume":
            given = {"key": KeptForm.objects.get().pk}
        if name == "reports:brief":
            given = {"code": "XA"}
        if name in ABOUT_A_RECOMMENDATION:
            asked = Recommendation.objects.get(code="113-01")
            row = getattr(asked, ABOUT_A_RECOMMENDATION[name]).order_by("pk").last()
            given = {"code": asked.code, "pk": row.pk}
        if name in (
            "reports:series",
            "reports:series_file",
            "reports:correct_figure",
            "reports:withdraw_figure",
        ):
            figure = Figure.objects.known().filter(series__code="drug_seizures").first()
            given = {"code": "drug_seizures", "pk": figure.pk, "form": "csv"}
        if name == "reports:new_figure":
            given = {"code": "help_seeking"}
        if name.startswith("reports:import_"):
            given = {"batch": ImportBatch.objects.get(kind="figures").pk}
        if name == "agreements:withdraw_placeholder":
            given = {"pk": Placeholder.objects.get().pk}
        if name == "agreements:withdraw_contact":
            given = {"code": "XA", "pk": Contact.objects.get(partner__code="XA").pk}
        if name == "reports:remark":
            given = {"pk": FrozenReport.objects.filter(status="draft").latest("pk").pk}
        if name == "agreements:new_round":
            given = given | {"number": talks}
        address = reverse(name, kwargs={key: given[key] for key in needed})
        yield name, address + ("?kind_of_job=cases&format=xlsx" if name == "reports:ask_job" else "")


def visit(page, address):
    """The answer when the address is a page; None when it is a file, or only takes what is sent."""
    seen = page.request.get(address)
    if seen.status == 405 or "text/html" not in seen.headers.get("content-type", ""):
        return None
    return page.goto(address)


READERS = ("mofa-supervisor", "moj-supervisor", "administrator")


def reader_of(name, people):
    if name.startswith("people:"):
        return people["administrator"]
    return people[
        "moj-supervisor" if name.startswith(("cases:", "note:", "practice:")) else "mofa-supervisor"
    ]


@pytest.mark.parametrize("locale", ["zh-TW", "en"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_every_page_is_accessible_and_the_console_stays_empty(demo, page_of, axe, locale, color_scheme):
    pages = {
        username: page_of(demo[username], locale=locale, color_scheme=color_scheme) for username in READERS
    }
    found = []

    for name, address in addresses():
        page = pages[reader_of(name, demo).username]
        answer = visit(page, address)
        if answer is None:
            continue
        if answer.status != 200:
            found.append(f"{answer.status} {address}")
            continue
        try:
            axe(page)
        except AssertionError as error:
            found.append(str(error)[:1500])

    assert found == []


@pytest.mark.parametrize(
    "view", ["?view=table", "?view=map", "?as_of=113/12/31", "?as_of=113/12/31&known_on=113/12/31"]
)
def test_every_view_of_the_board_is_accessible(demo, page_of, axe, view):
    page = page_of(demo["mofa-officer"])

    page.goto("/agreements/" + view)

    axe(page)


def test_every_page_fits_a_phone(demo, page_of):
    too_wide = []
    pages = {
        username: page_of(demo[username], viewport={"width": 390, "height": 844}) for username in READERS
    }

    for name, address in addresses():
        page = pages[reader_of(name, demo).username]
        answer = visit(page, address)
        if answer and not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            too_wide.append(address)

    assert too_wide == []


def test_every_page_says_its_main_things_without_script(demo, page_of):
    empty = []
    pages = {username: page_of(demo[username], java_script_enabled=False) for username in READERS}

    for name, address in addresses():
        page = pages[reader_of(name, demo).username]
        answer = visit(page, address)
        if answer and not page.locator("main h1").inner_text().strip():
            empty.append(address)

    assert empty == []


def test_the_admin_screens_are_accessible_and_show_an_administrator_no_case(
    demo, page_of, axe, browser_errors
):
    page = page_of(demo["administrator"])
    found, shut = [], set()

    for model in admin.site._registry:
        meta = model._meta
        answer = page.goto(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))
        if answer.status == 403:
            shut.add(meta.app_label)
            browser_errors.clear()
            continue
        try:
            axe(page)
        except AssertionError as error:
            found.append(str(error)[:800])

    assert (found, shut) == ([], {"cases"})
