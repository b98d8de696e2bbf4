"""The real register: every row of the project's own file, and where things stood on the days that matter."""

import csv
from datetime import date
from typing import Any

import pytest

from agreements.actions.importing import ImportRefused, undo_import
from agreements.actions.loading import DATA, REGISTER, load_reference, load_register, own_register
from agreements.data.make_partners import rows as rows_of_partners
from agreements.figures import counted, figures_of
from agreements.models import (
    Agreement,
    GroupMembership,
    Milestone,
    Partner,
    PartnerName,
    SourcedFact,
    StatedFigure,
)
from tests import makers
from tests.agreements.registers import TODAY
from tracker import audit
from tracker.models import Entry, ImportBatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> ImportBatch:
    batch = load_register(by=makers.lin(), today=TODAY)
    assert batch is not None
    return batch


def rows_of_the_file() -> list[dict[str, str]]:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def then(day: date, **condition: Any) -> list[tuple[str, str, str]]:
    """Partner, stage and phase of the real agreements on a day."""
    found = counted(None, with_samples=False).as_of(day).filter(**condition).order_by("partner__code")
    return [(row.partner.code, row.stage_then, row.phase_then) for row in found.select_related("partner")]


def criminal(code: str, day: date) -> tuple[str, str, str]:
    (found,) = then(day, partner__code=code, subjects__subject="criminal_mla")
    return found


def test_the_texts_with_the_philippines_and_south_africa_give_ten_days_to_confirm_an_urgent_request(register):
    found = Agreement.objects.exclude(urgent_confirmation_days=None).order_by("partner__code")

    assert [(one.partner.code, one.subject_codes, one.urgent_confirmation_days) for one in found] == [
        ("PH", ["criminal_mla"], 10),
        ("ZA", ["criminal_mla"], 10),
    ]


def test_every_row_of_the_file_is_imported_as_it_stands(register):
    assert register.plan["counts"] == {"add": 49, "change": 0, "skip": 0, "refuse": 0}
    held = {(one.partner.code, one.title_zh): one for one in Agreement.objects.with_rows()}
    assert len(held) == 49
    for row in rows_of_the_file():
        mark, _bracket, title = row["title_zh"].rpartition("] ")
        agreement = held[row["partner_iso2"], title]
        assert agreement.is_working_title_zh is bool(mark)
        assert agreement.subject_codes == row["kind"].split(";")
        assert agreement.nature == row["track"]
        days = {fact.step: str(fact.happened) for fact in agreement.milestones.all()}
        for column, step in (("first_signature", "sign_first"), ("signed", "sign"), ("in_force", "enter_into_force"),
                             ("exchanged", "exchange"), ("promulgated", "promulgate"), ("initialled", "initial"),
                             ("negotiation_start", "open_talks"), ("ly_approved", "approve")):  # fmt: skip
            assert row[column] in ("", days.get(step))
        assert (agreement.opened_on, agreement.lead, agreement.batch) == (None, "", register)


def test_every_fact_of_a_row_has_its_source(register):
    agreement = Agreement.objects.get(title_zh__contains="與馬紹爾群島")
    facts = SourcedFact.objects.filter(agreement=agreement)

    assert {(fact.fact, fact.value) for fact in facts} == {
        ("title_zh", "中華民國政府與馬紹爾群島共和國政府間引渡條約"),
        (
            "title_en",
            "Treaty of Extradition between the Government of the Republic of China and the Government of the "
            "Republic of Marshall Islands",
        ),
        ("subjects", "extradition"),
        ("nature", "treaty"),
        ("signed", "2011-04-12"),
        ("in_force", "2012-06-05"),
    }
    assert {(fact.source, fact.confidence, fact.is_chosen) for fact in facts} == {
        ("https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=Y0030078", "high", True)
    }


def test_the_track_is_only_said_where_the_row_proves_it(register):
    proven = Agreement.objects.exclude(track="undetermined").order_by("partner__code", "number")
    tracks: dict[str, list[str]] = {}
    for agreement in proven.select_related("partner"):
        tracks.setdefault(agreement.track, []).append(agreement.partner.code)

    assert tracks == {
        "X": ["CN"],
        "T3": ["US"],
        "A1": [
            "BZ", "CH", "DK", "DO", "GB", "KN", "LC", "MH", "NR", "PH", "PH", "PW", "SK", "VC", "VC", "VC", "VC",
            "VN", "ZA",
        ],
    }  # fmt: skip
    assert set(proven.exclude(track="X").values_list("clause", flat=True)) == {"on_signature"}


def test_everything_is_entered_as_history_of_the_batch_and_no_clock_runs(register):
    facts = Milestone.objects.all()

    assert facts.count() == 112
    assert set(facts.values_list("is_history", "batch", "recorded_by__username")) == {
        (True, register.pk, "lin")
    }
    assert Agreement.objects.exclude(running_clocks=None).count() == 0


def test_palau_is_signed_in_may_2024_and_in_force_at_the_end_of_june(register):
    assert criminal("PW", date(2024, 5, 31)) == ("PW", "35", "signing")
    assert criminal("PW", date(2024, 6, 30)) == ("PW", "70", "in_force")
    possibly = Agreement.objects.as_of(date(2024, 6, 15)).get(title_zh__contains="與帛琉共和國政府刑事")
    assert (possibly.phase_then, possibly.possibly) == ("signing", True)


@pytest.mark.parametrize(("code", "before"), [("DE", "35"), ("TV", "35"), ("LC", "30")])
def test_three_texts_are_signed_on_13_january_2025_and_approved_the_day_after(register, code, before):
    assert criminal(code, date(2025, 1, 13)) == (code, before, "signing")
    assert criminal(code, date(2025, 1, 14)) == (code, "50", "legislative_approval")


def test_the_united_states_text_is_in_force_on_the_day_of_its_signature(register):
    assert criminal("US", date(2002, 3, 25)) == ("US", "25", "negotiation")
    assert criminal("US", date(2002, 3, 26)) == ("US", "70", "in_force")


def test_southeast_asia_counts_the_three_texts_that_the_audit_counts(register):
    figures = figures_of(counted(None, with_samples=False), date(2024, 12, 31))
    whole, southeast = figures.stated

    assert (whole.stated.agreements, whole.agreements, whole.agreements_difference) == (44, 37, -7)
    assert (whole.stated.partners, whole.partners, whole.partners_difference) == (26, 22, -4)
    assert (southeast.agreements, southeast.partners) == (3, 2)
    assert (southeast.agreements_difference, southeast.partners_difference) == (0, 0)
    texts = counted(None, with_samples=False).not_only_other().signed_by(date(2024, 12, 31))
    asian = texts.filter(partner__region="southeast_asia").values_list("title_zh", flat=True)
    assert set(asian) == {
        "駐菲律賓臺北經濟文化辦事處與馬尼拉經濟文化辦事處間刑事司法互助協定",
        "臺越民事司法互助協定",
        "臺越合作預防及打擊犯罪協定",
    }


def test_the_batch_keeps_the_control_totals_and_why_they_do_not_add_up(register):
    kept = [
        (total["file_agreements"], total["stated_agreements"], total["register_agreements"])
        for total in register.plan["totals"]
    ]

    assert kept == [(37, 44, 0), (3, 3, 0)]
    assert register.plan["note"] != ""


def test_effect_is_in_doubt_from_the_end_of_relations_where_that_is_known(register):
    doubts = Milestone.objects.filter(step="effect_in_doubt").select_related("agreement__partner")
    days: dict[str, set[str]] = {}
    for doubt in doubts:
        days.setdefault(doubt.agreement.partner.code, set()).add(str(doubt.happened))

    assert days == {
        "NR": {"2024-01-15"},
        "DO": {"2018-05-01"},
        "PA": {"2017-06-13"},
        "CR": {"2007-06"},
        "VC": {"≤2025-03-20"},
        "DM": {"≤2025-03-20"},
        "PY": {"≤2025-03-20"},
    }
    police = {"partner__code": "DO", "title_zh": "警政合作協定"}
    assert then(date(2018, 4, 30), **police) == [("DO", "70", "in_force")]
    assert then(date(2018, 5, 1), **police) == [("DO", "70", "unknown")]


def test_loading_again_writes_nothing(register):
    entries = Entry.objects.count()

    assert load_register(by=makers.person("again", ministry="foreign_affairs"), today=TODAY) is None
    assert (Entry.objects.count(), Agreement.objects.count()) == (entries, 49)


def test_loading_again_leaves_what_people_changed_or_undid(register):
    lin = makers.User.objects.get(username="lin")
    Partner.objects.filter(code="TH").update(name_zh="泰王國")
    undo_import(by=lin, batch=register, today=TODAY)

    assert load_register(by=lin, today=TODAY) is None
    assert figures_of(counted(None, with_samples=False), TODAY).agreements == 0
    assert Partner.objects.get(code="TH").name_zh == "泰王國"


def test_the_register_before_its_loading_is_empty(register):
    yesterday = figures_of(counted(None, with_samples=False), TODAY, known_on=date(2020, 1, 1))

    assert yesterday.agreements == 0


def test_the_load_is_one_chain_with_an_entry_for_each_agreement(register):
    verbs = list(Entry.objects.values_list("verb", flat=True))

    assert sorted(set(verbs)) == [
        "agreement.import",
        "figures.load",
        "import.apply",
        "import.plan",
        "partner.load",
    ]
    assert verbs.count("agreement.import") == 49
    assert verbs[-1] == "import.apply"
    assert audit.verify().intact


def test_nobody_without_the_right_loads():
    with pytest.raises(ImportRefused) as refused:
        load_register(by=makers.jun(), today=TODAY)

    assert refused.value.code == "not_allowed"
    assert Partner.objects.count() == 0


def test_the_partners_are_all_there_with_the_registers_own_spellings():
    load_reference(by=makers.lin())

    names = {partner.code: (partner.name_zh, partner.name_en) for partner in Partner.objects.all()}
    assert len(names) == 249
    assert "TW" not in names
    assert names["CN"] == ("大陸地區", "Mainland China")
    for row in rows_of_the_file():
        assert names[row["partner_iso2"]] == (row["partner_name_zh"], row["partner_name_en"])
    areas = Partner.objects.filter(code__in=["CN", "HK", "MO", "XK"])
    assert set(areas.values_list("kind", flat=True)) == {"area"}
    assert set(Partner.objects.filter(region="southeast_asia").values_list("code", flat=True)) == {
        "BN",
        "ID",
        "KH",
        "LA",
        "MM",
        "MY",
        "PH",
        "SG",
        "TH",
        "TL",
        "VN",
    }


def test_former_names_groups_and_figures_are_loaded_with_their_precision():
    load_reference(by=makers.lin())

    (swaziland,) = PartnerName.objects.filter(partner__code="SZ")
    assert (swaziland.name_zh, str(swaziland.valid_to)) == ("史瓦濟蘭", "≤2019-02-27")
    ended = GroupMembership.objects.filter(group__code="ally", ended=True).order_by("partner__code")
    assert {one.partner.code: str(one.valid_to) for one in ended} == {
        "CR": "2007-06",
        "DO": "2018-05-01",
        "NR": "2024-01-15",
        "PA": "2017-06-13",
    }
    assert GroupMembership.objects.filter(group__code="new_southbound").count() == 18
    assert list(StatedFigure.objects.values_list("agreements", "partners", "region")) == [
        (44, 26, ""),
        (3, 2, "southeast_asia"),
    ]


def test_the_partners_file_is_what_the_script_writes():
    with (DATA / "partners.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows_of_partners()


def test_the_file_has_no_error_on_the_day_of_its_reading():
    assert [row.errors for row in own_register(today=TODAY).rows] == [()] * 49
