"""The brief on a partner: what it says, to whom, in two languages and two forms, on two pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.models import Contact, Round
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.pdfreader import read_pdf
from tracker.models import Entry, User
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

ADDRESS = "/reports/brief/XA/"
ASKED = {"language": "en", "form": "pdf"}


@pytest.fixture
def partner(db):
    lin, jun = makers.lin(), makers.jun()
    file = makers.walk(lin, "T1", until="sign", today=timezone.localdate())
    for _n in range(3):
        case_makers.case(jun)
    Contact.objects.create(
        partner=file.partner,
        kind="meeting",
        held=PartialDate.parse("2026-01-05"),
        words="示例會談",
        recorded_at=timezone.now(),
        recorded_by=lin,
    )
    return file.partner


def made(client, **typed):
    return client.post(ADDRESS, ASKED | typed, headers={"accept-language": "en"})


def test_the_brief_tells_status_steps_reciprocity_contacts_and_points_on_two_pages(partner, client_of):
    answer = made(client_of(makers.mei()), points="示例要點一\n示例要點二")

    paper = read_pdf(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert len(paper.pages) <= 2
    for said in (
        "Agreements",
        "Last steps",
        "What each side did",
        "示例會談",
        "Talking points",
        "示例要點二",
    ):
        assert said in paper.text, said
    assert "Fictional sample" in paper.text


def test_the_same_brief_comes_in_chinese_and_as_odt(partner, client_of):
    client = client_of(makers.mei())

    chinese = read_pdf(made(client, language="zh-hant").content)
    odt = made(client, form="odt")

    assert partner.name_zh in chinese.text
    assert chinese.language.startswith("zh")
    assert odt.content[:2] == b"PK"


def test_a_reader_without_clearance_gets_neither_the_agreement_nor_the_contact(partner, client_of):
    partner.agreements.update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    Contact.objects.update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    Case.objects.update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")

    open_to, closed_to = (
        read_pdf(made(client_of(reader)).content).text for reader in (makers.mei(), makers.stranger())
    )

    assert "示例會談" in open_to
    assert "Restricted" in open_to
    assert "示例會談" not in closed_to
    assert "No agreement, and no file under negotiation." in closed_to


def test_it_speaks_of_the_day_that_is_asked(partner, client_of):
    early = makers.TODAY - timedelta(days=4000)

    paper = read_pdf(made(client_of(makers.mei()), as_of=early.isoformat()).content)

    assert "示例會談" not in paper.text
    assert "No contact is recorded." in paper.text


def test_periods_and_stalled_talks_are_told_of_today_and_never_of_another_day(db, client_of):
    """What was met, begun or said since would stand in a brief of a past day."""
    today = timezone.localdate()
    lin = makers.lin()
    file = makers.agreement(lin, title_zh="示例協定")
    makers.step(lin, file, "open_talks", today - timedelta(days=900))
    client = client_of(makers.mei())

    now, then = (
        " ".join(read_pdf(made(client, as_of=day.isoformat()).content).text.split())
        for day in (today, today - timedelta(days=1))
    )

    left_out = "Deadlines and stalled talks are told in a brief of the present day only."
    assert [("Next deadline" in text, "Stalled for" in text, left_out in text) for text in (now, then)] == [
        (True, True, False),
        (False, False, True),
    ]


@pytest.mark.parametrize(
    ("secrecy", "marks"),
    [
        (Secrecy.ORDINARY, (False, False)),
        (Secrecy.INTERNAL, (True, False)),
        (Secrecy.RESTRICTED, (False, True)),
    ],
)
def test_the_mark_is_that_of_the_strictest_case_counted_in_it(db, client_of, secrecy, marks):
    """Nothing else in the brief is secret: the count alone makes it so."""
    made_of = case_makers.case(makers.jun())
    Case.objects.update(secrecy=secrecy, declassify_when="示例" if secrecy else "")
    address = f"/reports/brief/{made_of.partner.code}/"

    text = read_pdf(client_of(makers.mei()).post(address, ASKED).content).text

    assert ("Internal" in text, "Restricted" in text) == marks


def test_a_case_that_the_reader_may_not_see_neither_counts_nor_marks(db, client_of):
    made_of = case_makers.case(makers.jun())
    Case.objects.update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")

    address = f"/reports/brief/{made_of.partner.code}/"

    text = read_pdf(client_of(makers.stranger()).post(address, ASKED).content).text

    assert ("Internal" in text, "Restricted" in text) == (False, False)


def test_a_round_of_talks_after_the_day_is_not_told(partner, client_of):
    Round.objects.create(
        agreement=partner.agreements.get(),
        number=1,
        held=PartialDate.parse("2026-02-02"),
        medium="video",
        outcome="示例談判",
        recorded_at=timezone.now(),
        recorded_by=User.objects.get(username="lin"),
    )
    client = client_of(makers.mei())

    before, after = (read_pdf(made(client, as_of=f"2026-02-0{day}").content).text for day in (1, 2))

    assert ["示例談判" in text for text in (before, after)] == [False, True]


def test_the_span_of_what_each_side_did_is_said(partner, client_of):
    text = read_pdf(made(client_of(makers.mei()), as_of="2026-02-01").content).text

    assert "Counted from 2022-01-01 to 2026-02-01, both days included." in " ".join(text.split())


def test_a_year_that_has_not_ended_has_no_figure_yet(loaded, partners, client_of):
    client = client_of(makers.mei())

    within, after = (
        read_pdf(client.post("/reports/brief/TH/", ASKED | {"as_of": day}).content).text
        for day in ("2024-12-30", "2024-12-31")
    )

    assert ["2024 (ROC 113)" in text.replace("\n", " ") for text in (within, after)] == [False, True]


def test_figures_carry_their_year_and_source(loaded, partners, client_of):
    answer = client_of(makers.mei()).post("/reports/brief/TH/", ASKED | {"as_of": "2024-12-31"})

    text = read_pdf(answer.content).text.replace("\n", "")
    assert "413" in text
    assert "2024 (ROC 113)" in text
    assert "審計部" in text


def test_making_it_is_recorded_with_who_and_what(partner, client_of):
    made(client_of(makers.mei()))

    entry = Entry.objects.get(verb="partner.brief")
    assert (entry.actor_name, entry.details["form"], entry.details["language"]) == ("Mei", "pdf", "en")


def test_administrators_have_no_brief_and_unknown_partners_none_either(partner, client_of):
    assert client_of(makers.administrator()).get(ADDRESS).status_code == 403
    assert client_of(makers.mei()).get("/reports/brief/ZZ/").status_code == 404


def test_the_partner_s_page_makes_it_with_one_click(partner, client_of):
    page = client_of(makers.mei()).get(partner.get_absolute_url())

    assert f'action="{ADDRESS}"' in page.text


def test_what_was_typed_stays_when_the_day_cannot_be_read(partner, client_of):
    answer = made(client_of(makers.mei()), as_of="示例", points="要點")

    assert (answer.status_code, answer.context["form"]["points"].value()) == (200, "要點")
