"""A register file as one batch: checked first, all or nothing, changed without overwriting, undone as a whole."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements import guards
from agreements.actions import StepRequest, edit, take_step
from agreements.actions.importing import (
    ImportRefused,
    apply_import,
    check_again,
    check_file,
    plan_import,
    undo_import,
)
from agreements.figures import counted, figures_of
from agreements.history import sentence
from agreements.models import (
    Agreement,
    AgreementSubject,
    GroupMembership,
    Milestone,
    PartnerGroup,
    SourcedFact,
    StatedFigure,
)
from tests import makers
from tests.agreements.registers import NOTE, TODAY, imported, outcomes, register_file, row, told
from tests.cases.makers import case
from tracker import audit, search
from tracker.models import Entry, ImportBatch, Setting, User
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db

SIGNED = ("sign", "35", "2023-03-01")


@pytest.fixture
def lin() -> User:
    makers.partner("XA")
    makers.partner("XB")
    return makers.lin()


def counts() -> tuple[int, ...]:
    models = (Agreement, AgreementSubject, Milestone, SourcedFact, Entry, ImportBatch)
    return tuple(model.objects.count() for model in models)


def refusal(code: str, act, **given) -> ImportRefused:
    with pytest.raises(ImportRefused) as refused:
        act(**given)
    assert refused.value.code == code
    return refused.value


# The check.


def test_a_check_writes_nothing(lin):
    before = counts()

    checked = check_file(by=lin, file=register_file(row()), today=TODAY)

    assert checked.counts == {"add": 1, "change": 0, "skip": 0, "refuse": 0}
    assert counts() == before


def test_a_row_about_an_unknown_partner_or_another_name_is_refused(lin):
    rows = [row(partner_iso2="QQ"), row("二", partner_name_zh="乙國"), row("三", partner_name_zh="甲國")]
    checked = check_file(by=lin, file=register_file(*rows), today=TODAY)

    found = [(kept["outcome"], [error[:2] for error in kept["errors"]]) for kept in checked.rows]
    assert found == [
        ("refuse", [["partner_iso2", "unknown_partner"]]),
        ("refuse", [["partner_iso2", "partner_name"]]),
        ("add", []),
    ]


def test_half_a_bad_file_writes_nothing(lin):
    batch = plan_import(by=lin, file=register_file(row("好"), row("壞", signed="32.1.2020")), today=TODAY)
    before = counts()

    refused = refusal("has_errors", apply_import, by=lin, batch=batch, today=TODAY, note=NOTE)

    assert refused.params == {"count": 1}
    assert counts() == before
    assert Agreement.objects.count() == 0


@pytest.mark.parametrize(
    "maker", [makers.jun, makers.justice_supervisor, makers.auditor, makers.administrator]
)
def test_only_foreign_affairs_imports(lin, maker):
    other = maker()
    batch = plan_import(by=lin, file=register_file(row()), today=TODAY)

    refusal("not_allowed", plan_import, by=other, file=register_file(row()), today=TODAY)
    refusal("not_allowed", apply_import, by=other, batch=batch, today=TODAY, note=NOTE)
    refusal("not_allowed_undo", undo_import, by=other, batch=batch, today=TODAY)
    assert Agreement.objects.count() == 0


# Adding.


def test_an_import_adds_the_agreement_with_its_facts_and_sources(lin):
    batch = imported(lin, row(title_en="Sample", in_force="2024-06", status="in_force"))

    agreement = Agreement.objects.get()
    assert (agreement.number, agreement.stage, agreement.nature, agreement.version) == (
        "A-114-001",
        "70",
        "treaty",
        1,
    )
    assert agreement.last_activity_on.isoformat() == "2024-06-30"
    assert told() == [SIGNED, ("enter_into_force", "70", "2024-06")]
    edges = Milestone.objects.filter(step="enter_into_force").values_list("counted_from", "counted_to").get()
    assert [day.isoformat() for day in edges] == ["2024-06-01", "2024-06-30"]
    facts = agreement.sourced_facts.values_list("fact", "value", "source", "confidence", "is_chosen")
    assert ("in_force", "2024-06", "示例來源", "high", True) in facts
    assert (batch.state, batch.plan["note"]) == ("applied", NOTE)
    found = search.find("示例刑事", search.SOURCES[0], lin, 5)
    assert [one.title for one in found] == ["示例刑事司法互助條約"]


def test_numbers_go_on_where_the_register_stopped(lin):
    makers.agreement(makers.mei())
    imported(lin, row("二"), row("三"))

    assert list(Agreement.objects.values_list("number", flat=True)) == ["A-114-001", "A-114-002", "A-114-003"]


def test_what_bulk_writing_keeps_is_what_the_models_would_keep(lin):
    imported(lin, row(status="lapsed", ended="2024"))
    guards.remove_guards(connection)  # to save is to change, which the database refuses of milestones

    for model in (Agreement, Milestone, SourcedFact, AgreementSubject):
        for stored in model.objects.all():
            stored.full_clean(exclude=["batch"])
            before = model.objects.filter(pk=stored.pk).values().get()
            stored.save()
            assert model.objects.filter(pk=stored.pk).values().get() == before


def test_endings_and_doubts_carry_what_the_file_says_as_their_reason(lin):
    imported(lin, row(status="lapsed"), row("二", status="unknown"))

    notes = dict(Milestone.objects.exclude(note="").values_list("step", "note"))
    assert set(notes) == {"lapse", "effect_in_doubt"}
    assert "sample.csv" in notes["lapse"] and "lapsed" in notes["lapse"]


def test_doubt_begins_with_the_end_of_relations(lin):
    allies = PartnerGroup.objects.create(code="ally", name_zh="示例", name_en="Sample")
    GroupMembership.objects.create(
        partner=makers.partner("XA"), group=allies, valid_to=PartialDate.parse("2024-01"), ended=True
    )
    imported(lin, row(status="unknown"), row("二", partner_iso2="XB", status="unknown"))

    assert [fact[2] for fact in told(step="effect_in_doubt")] == ["2024-01", "≤2025-03-20"]


# The same file again, and changes.


def test_the_same_file_again_skips_every_row_and_cannot_be_applied(lin):
    """IDE-3."""
    rows = [row(status="unknown"), row("二", partner_iso2="XB", signed="2023", title_en="Two")]
    imported(lin, *rows)
    before = counts()

    assert outcomes(lin, *rows) == ["skip", "skip"]
    assert counts() == before
    batch = plan_import(by=lin, file=register_file(*rows), today=TODAY + timedelta(days=400))
    assert batch.plan["counts"]["skip"] == 2
    refusal("nothing_to_do", apply_import, by=lin, batch=batch, today=TODAY, note=NOTE)


def test_another_day_withdraws_the_milestone_and_puts_a_new_one_in_its_place(lin):
    imported(lin, row(in_force="2024-01-01", status="in_force"))
    old = Milestone.objects.get(step="sign")
    Milestone.objects.filter(pk=old.pk).update(reference="外條字第 1 號", place="示例市")

    imported(lin, row(signed="2023-03-02", in_force="2024-01-01", status="in_force"), name="better.csv")

    old.refresh_from_db()
    new = Milestone.objects.get(step="sign", withdrawn_at=None)
    assert (old.withdrawn_by, old.happened.iso) == (lin, "2023-03-01")
    assert "better.csv" in old.withdrawn_reason
    assert (new.replaces, new.order, new.happened.iso, new.reference, new.place) == (
        old,
        old.order,
        "2023-03-02",
        "外條字第 1 號",
        "示例市",
    )
    assert told() == [("sign", "35", "2023-03-02"), ("enter_into_force", "70", "2024-01-01")]


def test_a_new_fact_takes_its_place_in_the_life_and_moves_the_caches(lin):
    imported(lin, row(in_force="2024-05-01", status="in_force"))

    imported(lin, row(initialled="2022", ly_approved="2023-09-01", in_force="2024-05-01", status="in_force"))

    assert [step for step, *_rest in told()] == ["initial", "sign", "approve", "enter_into_force"]
    agreement = Agreement.objects.get()
    assert (agreement.stage, agreement.version) == ("70", 2)


def test_what_describes_an_agreement_changes_with_both_values_in_the_audit_trail(lin):
    imported(lin, row("[working title] 示例條約", title_en="Old"))
    imported(lin, row("示例條約", title_en="New", kind="extradition;other", source="另一來源"))

    agreement = Agreement.objects.get()
    assert (agreement.is_working_title_zh, agreement.title_en) == (False, "New")
    assert agreement.subject_codes == ["extradition", "other"]
    entry = Entry.objects.get(verb="agreement.import_change")
    assert entry.details["before"] == {
        "title_zh": "[working title] 示例條約",
        "title_en": "Old",
        "kind": "criminal_mla",
        "source": "示例來源",
    }
    assert entry.details["after"] == {
        "title_zh": "示例條約",
        "title_en": "New",
        "kind": "extradition;other",
        "source": "另一來源",
    }
    chosen = agreement.sourced_facts.get(fact="title_en", is_chosen=True)
    assert (chosen.value, chosen.source) == ("New", "另一來源")
    assert agreement.sourced_facts.filter(fact="title_en").count() == 2
    assert sentence(entry) != entry.verb


def test_a_file_that_says_less_changes_nothing(lin):
    imported(lin, row(title_en="Sample", in_force="2024-06-05", status="in_force"))

    assert outcomes(lin, row(signed="", title_en="", track="", status="signed")) == ["skip"]
    assert outcomes(lin, row(in_force="2024", signed="", status="in_force", source="", confidence="")) == [
        "skip"
    ]


def test_an_agreement_is_met_by_its_number_and_may_then_get_another_title(lin):
    imported(lin, row())
    imported(lin, row("新名稱", number="A-114-001"))

    assert list(Agreement.objects.values_list("number", "title_zh")) == [("A-114-001", "新名稱")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"number": "A-114-009"}, "number", "no_such_number"),
        ({"number": "A-114-001", "partner_iso2": "XB"}, "number", "other_partner"),
        ({"number": "A-114-001", "title_zh": "二"}, "title_zh", "title_taken"),
        ({"in_force": "2023-05-01", "status": "in_force", "signed": ""}, "in_force", "out_of_order"),
    ],
)
def test_a_row_that_does_not_fit_the_register_is_refused(lin, cells, column, code):
    imported(lin, row(signed="2024-03-01"), row("二"))

    checked = check_file(by=lin, file=register_file(row() | cells), today=TODAY)

    assert [error[:2] for error in checked.rows[0]["errors"]] == [[column, code]]


def test_an_officer_adds_but_leaves_changes_to_a_supervisor(lin):
    mei = makers.mei()
    imported(mei, row())

    assert outcomes(mei, row(), row("二"), row(signed="2023-05-01")) == ["skip", "add", "refuse"]
    assert outcomes(lin, row(signed="2023-05-01")) == ["change"]


def test_a_row_finds_no_agreement_above_ones_clearance_and_is_told_of_none(lin):
    imported(lin, row())
    Agreement.objects.update(secrecy=3, declassify_when="示例")

    (kept,) = check_file(by=lin, file=register_file(row(title_en="New")), today=TODAY).rows

    assert (kept["outcome"], kept["errors"], kept["number"]) == ("add", [], "")


def test_a_doubt_of_an_import_is_cleared_by_a_later_one_but_a_persons_doubt_stays(lin):
    imported(
        lin, row(status="unknown"), row("二", partner_iso2="XB", in_force="2024-01-01", status="in_force")
    )
    second = Agreement.objects.get(partner__code="XB")
    request = StepRequest(step="effect_in_doubt", happened=PartialDate.of(TODAY), note="示例")
    take_step(by=lin, agreement=second, request=request, today=TODAY)
    rows = [
        row(in_force="2024-01-01", status="in_force"),
        row("二", partner_iso2="XB", in_force="2024-01-01", status="in_force"),
    ]

    assert outcomes(lin, *rows) == ["change", "skip"]
    imported(lin, *rows)

    assert [fact[0] for fact in told(agreement__partner__code="XA")] == ["sign", "enter_into_force"]


def test_a_change_by_import_recomputes_the_clocks_of_a_living_file(lin):
    file = makers.walk(makers.mei(), "T1", until="sign", start=TODAY - timedelta(days=60), title_zh="示例")
    day_before = TODAY - timedelta(days=21)
    assert file.running_clocks.get().started_on == TODAY - timedelta(days=20)

    imported(lin, row("示例", signed=day_before.isoformat()))

    assert file.running_clocks.get().started_on == day_before
    assert not file.milestones.get(step="sign", withdrawn_at=None).is_history


# All or nothing, once.


def test_a_register_that_changed_since_the_check_is_checked_again_first(lin):
    batch = plan_import(by=lin, file=register_file(row(), row("二")), today=TODAY)
    imported(lin, row())

    refusal("stale", apply_import, by=lin, batch=batch, today=TODAY, note=NOTE)
    assert Agreement.objects.count() == 1

    batch = check_again(by=lin, batch=batch, today=TODAY)
    assert batch.plan["counts"] == {"add": 1, "change": 0, "skip": 1, "refuse": 0}
    apply_import(by=lin, batch=batch, today=TODAY, note=NOTE)
    assert Agreement.objects.count() == 2


def test_applying_twice_writes_once(lin):
    batch = imported(lin, row())
    before = counts()

    apply_import(by=lin, batch=batch, today=TODAY, note=NOTE)

    assert counts() == before


def test_a_difference_from_a_stated_figure_wants_a_note(lin):
    StatedFigure.objects.create(as_of="2024-12-31", measure="示例", partners=1, agreements=3, source="示例")
    makers.partner("ZA", is_sample=False)
    batch = plan_import(by=lin, file=register_file(row(partner_iso2="ZA"), row("二")), today=TODAY)

    (total,) = batch.plan["totals"]
    assert (total["file_agreements"], total["file_partners"], total["stated_agreements"]) == (1, 1, 3)
    refusal("note_missing", apply_import, by=lin, batch=batch, today=TODAY, note="  ")
    assert apply_import(by=lin, batch=batch, today=TODAY, note=NOTE).plan["note"] == NOTE


# Undoing.


def test_an_undone_import_leaves_no_agreement_in_any_list_and_all_of_it_in_the_history(lin):
    batch = imported(lin, row(in_force="2024-06", status="in_force"), row("二"))

    undo_import(by=lin, batch=batch, today=TODAY)

    assert told() == []
    assert figures_of(counted(None, with_samples=True), TODAY).agreements == 0
    assert search.find("示例", search.SOURCES[0], lin, 5) == []
    assert set(Milestone.objects.values_list("withdrawn_by", "batch")) == {(lin.pk, batch.pk)}
    agreement = Agreement.objects.get(number="A-114-001")
    assert agreement.stage == ""
    assert [entry.verb for entry in audit.history_of(agreement)] == [
        "agreement.undo_import",
        "agreement.import",
    ]
    assert audit.verify().intact


def test_what_was_known_between_loading_and_undoing_stays_known(lin):
    batch = imported(lin, row())
    then = timezone.now() - timedelta(days=10)
    Milestone.objects.update(recorded_at=then)
    Agreement.objects.update(recorded_at=then)

    undo_import(by=lin, batch=batch, today=TODAY)

    def known(days_ago: int) -> int:
        day = (timezone.localtime() - timedelta(days=days_ago)).date()
        return figures_of(counted(None, with_samples=True), TODAY, known_on=day).agreements

    assert [known(11), known(5), known(0)] == [0, 1, 0]


def test_importing_again_after_undoing_brings_the_agreement_back_under_its_number(lin):
    undo_import(by=lin, batch=imported(lin, row(), row("二")), today=TODAY)

    assert outcomes(lin, row("二", title_en="Two"), row("三")) == ["add", "add"]
    again = imported(lin, row("二", title_en="Two"), row("三"))

    standing = Agreement.objects.as_of(TODAY).order_by("number")
    assert [(one.number, one.title_zh, one.title_en, one.stage) for one in standing] == [
        ("A-114-002", "二", "Two", "35"),
        ("A-114-003", "三", "", "35"),
    ]
    undo_import(by=lin, batch=again, today=TODAY)
    assert told() == []
    assert outcomes(lin, row(), row("二")) == ["add", "add"]


def test_the_term_of_a_text_is_added_changed_and_put_back_by_the_undoing(lin):
    def term() -> int | None:
        return Agreement.objects.get().urgent_confirmation_days

    imported(lin, row(urgent_confirmation_days="10"))
    added = term()
    batch = imported(lin, row(urgent_confirmation_days="15"), name="b.csv")
    changed = term()
    undo_import(by=lin, batch=batch, today=TODAY)

    assert (added, changed, term()) == (10, 15, 10)
    assert Entry.objects.get(verb="agreement.import_change").details["after"] == {
        "urgent_confirmation_days": "15"
    }
    assert outcomes(lin, row()) == ["skip"]


def test_undoing_a_change_puts_an_equal_fact_back_and_restores_what_described_it(lin):
    imported(lin, row(title_en="Old"))
    first = Milestone.objects.get()
    batch = imported(
        lin, row(title_en="New", kind="extradition", signed="2023-05-01", source="另一來源"), name="b.csv"
    )

    undo_import(by=lin, batch=batch, today=TODAY)

    agreement = Agreement.objects.get()
    assert (agreement.title_en, agreement.subject_codes, agreement.stage) == ("Old", ["criminal_mla"], "35")
    assert told() == [SIGNED]
    back = Milestone.objects.get(withdrawn_at=None)
    assert back.replaces.replaces == first
    chosen = agreement.sourced_facts.filter(is_chosen=True)
    assert set(chosen.values_list("source", flat=True)) == {"示例來源"}
    assert outcomes(lin, row(title_en="Old")) == ["skip"]


def test_an_import_with_later_changes_is_not_undone_and_names_them(lin):
    batch = imported(lin, row(), row("二"))
    edit(by=lin, agreement=Agreement.objects.get(title_zh="二"), today=TODAY, title_en="Two")

    refused = refusal("touched", undo_import, by=lin, batch=batch, today=TODAY)

    assert refused.params == {"numbers": "A-114-002"}
    assert len(told()) == 2


def test_an_import_on_which_a_case_rests_is_not_undone_and_names_the_agreement(lin):
    batch = imported(lin, row(in_force="2024-06-01", status="in_force"), row("二"))
    agreement = Agreement.objects.get(number="A-114-001")
    case(makers.jun(), makers.partner("XA"), basis="agreement", agreement=agreement)

    refused = refusal("touched", undo_import, by=lin, batch=batch, today=TODAY)

    assert refused.params == {"numbers": "A-114-001"}


def test_an_import_is_undone_once_and_never_before_it_was_applied(lin):
    planned = plan_import(by=lin, file=register_file(row("未匯入")), today=TODAY)
    refusal("not_applied", undo_import, by=lin, batch=planned, today=TODAY)
    batch = imported(lin, row())
    undo_import(by=lin, batch=batch, today=TODAY)
    entries = Entry.objects.count()

    assert undo_import(by=lin, batch=batch, today=TODAY).state == "undone"
    assert Entry.objects.count() == entries
    refusal("undone", apply_import, by=lin, batch=batch, today=TODAY, note=NOTE)


def test_an_officer_does_not_undo(lin):
    batch = imported(lin, row())

    refusal("not_allowed_undo", undo_import, by=makers.mei(), batch=batch, today=TODAY)


# Size.


def statements(lin: User, number: int, letter: str) -> list[int]:
    """How many statements it takes to check, apply, check again, change and undo so many rows."""
    rows = [row(f"示例{letter}{place}", status="unknown") for place in range(number)]
    better = [one | {"signed": "2023-04-01", "title_en": one["title_zh"]} for one in rows]
    taken = []
    for act in (
        lambda: check_file(by=lin, file=register_file(*rows), today=TODAY),
        lambda: imported(lin, *rows),
        lambda: check_file(by=lin, file=register_file(*rows), today=TODAY),
    ):
        with CaptureQueriesContext(connection) as captured:
            act()
        taken.append(len(captured))
    with CaptureQueriesContext(connection) as captured:
        batch = imported(lin, *better)
        undo_import(by=lin, batch=batch, today=TODAY)
    return [*taken, len(captured)]


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(lin):
    Setting.objects.all().delete()

    few, many = statements(lin, 20, "少"), statements(lin, 200, "多")

    assert many == few


def test_a_thousand_rows_take_one_more_chunk_and_nothing_else(lin):
    rows = [row(f"示例{place}") for place in range(1000)]
    with CaptureQueriesContext(connection) as captured:
        imported(lin, *rows)

    assert len(captured) < 75
    assert Agreement.objects.count() == 1000
