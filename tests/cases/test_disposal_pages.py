"""RET-1, RET-3: the pages of disposal bind who decides to what he saw, lose nothing that was typed, and cut nothing unsaid."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from agreements.actions import StepRefused
from cases.actions.access import let_in, open_in_emergency
from cases.actions.disposal import (
    approve_disposal,
    carry_out_disposal,
    draw_up_disposal,
    drop_disposal,
    record_authority_approval,
)
from cases.actions.retention import lift_hold, place_hold, set_retention
from cases.models import Case, DisposalList, Hold, Letter, Retention, RetentionDefault, Start
from cases.rules import held_among, holds_case
from tests import makers
from tests.cases import disposals
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
DUE = "/cases/disposal/"


@pytest.fixture
def english(client_of):
    """A client that reads the pages in English, signed in as this user."""

    def signed_in(user):
        client = client_of(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return signed_in


@pytest.fixture
def cast():
    return makers.jun(), case_makers.justice_supervisor(), disposals.second_supervisor()


def closed(jun, chen, *, years=1, on=disposals.CLOSED_ON, **fields):
    """A case that was closed long ago, with nothing in it but its steps."""
    given = {"received_on": on, "letter_on": on, "today": TODAY, "officer": jun} | fields
    case = case_makers.walk(jun, case_makers.case(jun, **given), on)
    if years is not None:
        set_retention(by=chen, case=case, years=years, start=Start.CLOSING, reason="示例分類表第一項")
    return Case.objects.get(pk=case.pk)


def text_of(answer):
    return answer.content.decode()


def hidden(answer, act, name="shown"):
    """The value of a hidden field of the form that asks for this act."""
    form = next(form for form in text_of(answer).split("<form")[1:] if f'value="{act}"' in form)
    return re.search(rf'name="{name}" value="([^"]*)"', form)[1]


def unrecorded(page):
    """What the page says that was typed and not recorded; None where it says nothing of that."""
    found = re.search(r"was not recorded:</strong>([^<]*)</p>", page)
    return found and " ".join(found[1].split())


def decide(client, plan, act, shown, **typed):
    sent = {"key": str(uuid.uuid4()), "shown": shown, "act": act} | typed
    return client.post(f"{DUE}{plan.pk}/act/", sent)


def ticked(answer):
    return sorted(int(key) for key in re.findall(r'name="cases" value="(\d+)"[^>]*checked', text_of(answer)))


def with_letter(chen, case, number="示例字第1號"):
    plan = draw_up_disposal(by=chen, cases=[case], today=TODAY)
    record_authority_approval(by=chen, plan=plan, number=number, on=TODAY, today=TODAY)
    return plan


CHANGES = {
    "the letter": lambda chen, plan: record_authority_approval(
        by=chen, plan=plan, number="示例字第2號", on=TODAY, today=TODAY
    ),
    "what a case is called": lambda _chen, _plan: Case.objects.update(subject="別的示例"),
    "nothing": lambda _chen, _plan: None,
}


@pytest.mark.parametrize("what", CHANGES)
def test_nobody_approves_a_list_that_is_not_what_he_saw(cast, english, what):
    """Unchanged it is approved: the control. After the refusal the page shows the list anew, and its form is bound to that."""
    jun, chen, tsai = cast
    plan, client = with_letter(chen, closed(jun, chen)), english(tsai)
    shown = hidden(client.get(f"{DUE}{plan.pk}/"), "approve")
    CHANGES[what](chen, plan)

    first = decide(client, plan, "approve", shown)
    plan.refresh_from_db()
    early = plan.approved_by
    if early is None:
        assert "Look at it again" in text_of(first)
        assert "示例字第2號" in text_of(first) or "別的示例" in text_of(first)
        decide(client, plan, "approve", hidden(first, "approve"))
    plan.refresh_from_db()

    assert (first.status_code, early, plan.approved_by) == (
        (302, tsai, tsai) if what == "nothing" else (200, None, tsai)
    )


def test_every_act_on_a_list_needs_what_was_seen_and_a_stale_one_keeps_what_was_typed(cast, english):
    jun, chen, _tsai = cast
    case, client = closed(jun, chen), english(chen)
    plan = draw_up_disposal(by=chen, cases=[case], today=TODAY)
    letter = {"number": "示例字第7號", "on": "2025-01-02"}
    shown = hidden(client.get(f"{DUE}{plan.pk}/"), "record")
    record_authority_approval(by=chen, plan=plan, number="示例字第1號", on=TODAY, today=TODAY)

    answers = [
        decide(client, plan, "record", shown, **letter),
        decide(client, plan, "drop", shown, reason="示例理由"),
        decide(client, plan, "approve", shown),
        decide(client, plan, "carry_out", shown),
    ]
    unseen = [decide(client, plan, act, "", reason="x") for act in ("approve", "carry_out", "drop")]

    plan.refresh_from_db()
    assert [answer.status_code for answer in (*answers, *unseen)] == [200] * 7
    assert ["Look at it again" in text_of(answer) for answer in answers] == [True] * 4
    assert ["Look at the page again" in text_of(answer) for answer in unseen] == [True] * 3
    assert (plan.approval_number, plan.dropped_at, plan.approved_at) == ("示例字第1號", None, None)
    assert 'value="示例字第7號"' in text_of(answers[0])
    assert 'value="示例理由"' in text_of(answers[1])


def test_a_refused_letter_or_drop_shows_its_field_and_keeps_the_rest(cast, english):
    jun, chen, _tsai = cast
    client = english(chen)
    plan = draw_up_disposal(by=chen, cases=[closed(jun, chen)], today=TODAY)
    shown = hidden(client.get(f"{DUE}{plan.pk}/"), "record")
    letter = text_of(decide(client, plan, "record", shown, number="示例字第1號", on="2999-01-01"))
    drop = text_of(decide(client, plan, "drop", shown, reason=""))

    assert 'value="示例字第1號"' in letter
    assert 'id="record_on_error"' in letter
    assert '<details class="alt mt4" open>' in drop
    assert 'id="drop_reason_error"' in drop
    assert DisposalList.objects.filter(dropped_at=None, approval_number="").count() == 1


def test_a_refused_list_keeps_its_ticks_and_says_why_beside_them(cast, english):
    jun, chen, _tsai = cast
    first, second, third = (closed(jun, chen) for _one in range(3))
    place_hold(by=jun, case=second, reason="示例訴訟")

    answer = english(chen).post(
        DUE, {"key": str(uuid.uuid4()), "cases": [str(first.pk), str(second.pk)], "here": "", "lists": "1"}
    )

    assert (answer.status_code, DisposalList.objects.count()) == (200, 0)
    assert ticked(answer) == [first.pk]
    assert f'value="{third.pk}"' in text_of(answer)
    assert f"Not due for disposal: {second.number}." in text_of(answer).partition('id="id_cases_error"')[2]


def test_ticks_stay_while_pages_are_turned_and_how_many_there_are_is_said(cast, english, monkeypatch):
    jun, chen, _tsai = cast
    monkeypatch.setattr("cases.disposing.ROWS", 2)
    cases = [closed(jun, chen, on=date(2020, 6, day)) for day in (1, 2, 3)]
    client = english(chen)
    first = client.get(DUE)
    turned = client.post(
        DUE,
        {"key": str(uuid.uuid4()), "cases": [str(cases[0].pk)], "turn": re.search(r'name="turn" value="([^"]*)"', text_of(first))[1]},
    )  # fmt: skip
    here = re.search(r'name="here" value="([^"]*)"', text_of(turned))[1]
    back = client.post(
        DUE, {"cases": [str(cases[0].pk), str(cases[2].pk)], "turn": f"b2020-06-03.{cases[2].pk}"}
    )
    sent = {"key": str(uuid.uuid4()), "cases": [str(cases[0].pk), str(cases[2].pk)], "here": here}
    client.post(DUE, sent)
    client.post(DUE, sent)

    assert ["2 of 3 cases" in text_of(first), "1 of 3 cases" in text_of(turned)] == [True, True]
    assert (ticked(turned), ticked(back)) == ([cases[0].pk], [cases[0].pk, cases[2].pk])
    plan = DisposalList.objects.get()
    assert [line.case for line in plan.lines.order_by("case_id")] == [cases[0], cases[2]]


def test_lists_and_the_cases_of_one_come_in_pages(cast, english, monkeypatch):
    jun, chen, _tsai = cast
    monkeypatch.setattr("cases.disposing.ROWS", 1)
    first, second = closed(jun, chen), closed(jun, chen)
    client = english(chen)
    long = draw_up_disposal(by=chen, cases=[first, second], today=TODAY)
    drop_disposal(by=chen, plan=long, reason="示例")
    newer = draw_up_disposal(by=chen, cases=[first], today=TODAY)
    pages = [text_of(client.get(DUE)), text_of(client.post(DUE, {"turn_lists": "2"}))]
    lines = [text_of(client.get(f"{DUE}{long.pk}/{query}")) for query in ("", "?page=2")]

    assert [re.findall(r'href="/cases/disposal/(\d+)/"', page) for page in pages] == [
        [str(newer.pk)], [str(long.pk)],
    ]  # fmt: skip
    assert ["Rows 1 to 1 of 2" in page for page in (pages[0], lines[0])] == [True, True]
    assert [[case.number in page for case in (first, second)] for page in lines] == [
        [True, False], [False, True],
    ]  # fmt: skip


def test_a_list_names_no_more_cases_than_one_form_and_one_transaction_take(cast, monkeypatch):
    jun, chen, _tsai = cast
    monkeypatch.setattr("cases.actions.disposal.MOST", 1)

    with pytest.raises(StepRefused) as refused:
        draw_up_disposal(by=chen, cases=[closed(jun, chen), closed(jun, chen)], today=TODAY)

    assert refused.value.field == "cases"


def statements(do):
    with CaptureQueriesContext(connection) as captured:
        do()
    return [one["sql"] for one in captured.captured_queries]


def test_drawing_up_and_approving_and_their_page_cost_the_same_for_one_case_and_for_three(cast, english):
    """Sealed cases among them, and terms of their own and of their kind."""
    jun, chen, tsai = cast
    for who in (chen, tsai, jun):
        who.clearance = Secrecy.SEALED
        who.save(update_fields=["clearance"])
    RetentionDefault.objects.create(kind="criminal", years=1, source="示例分類表")

    def group(many):
        cases = [closed(jun, chen, years=None, secrecy=Secrecy.SEALED) for _one in range(many)]
        cases += [closed(jun, chen) for _one in range(many)]
        for case in cases[:many]:
            for who in (chen, tsai):
                let_in(by=jun, case=case, person=who, reason="示例")
        return cases

    client, found = english(chen), []
    client.get(DUE)
    for many in (1, 3):
        cases = group(many)
        shown = statements(lambda: client.get(DUE))
        plans = []
        drawn = statements(lambda cases=cases, plans=plans: plans.append(
            draw_up_disposal(by=chen, cases=cases, today=TODAY)
        ))  # fmt: skip
        record_authority_approval(by=chen, plan=plans[0], number="1", on=TODAY, today=TODAY)
        approved = statements(lambda plans=plans: approve_disposal(by=tsai, plan=plans[0], today=TODAY))
        one = statements(lambda plans=plans: client.get(f"{DUE}{plans[0].pk}/"))
        found.append([len(shown), len(drawn), len(approved), len(one)])
        assert sum("retentiondefault" in sql for sql in shown) == 1
        assert [plans[0].lines.count(), sum("retentiondefault" in sql for sql in drawn)] == [2 * many, 1]

    assert found[0] == found[1]


def test_who_decides_about_several_cases_is_who_decides_about_each(cast):
    jun, chen, tsai = cast
    qiu = case_makers.sealed_officer()
    tsai.clearance = Secrecy.SEALED
    tsai.save(update_fields=["clearance"])
    sealed = closed(qiu, chen, years=None, secrecy=Secrecy.SEALED)
    let_in(by=qiu, case=sealed, person=tsai, reason="示例")
    cases = [closed(jun, chen), closed(jun, chen, secrecy=Secrecy.RESTRICTED), sealed]

    for who in (jun, chen, tsai, qiu, makers.mei(), makers.administrator()):
        assert held_among(who, cases) == {case.pk for case in cases if holds_case(who, case)}
    assert [len(held_among(who, cases)) for who in (tsai, chen)] == [3, 2]


def test_who_sees_a_sealed_case_in_an_emergency_does_nothing_with_the_list_in_which_it_stands(cast, english):
    jun, chen, tsai = cast
    qiu = case_makers.sealed_officer()
    urgent = makers.person(
        "urgent", ministry=Ministry.JUSTICE, role=Role.SUPERVISOR, clearance=Secrecy.SEALED
    )
    for who in (chen, tsai):
        who.clearance = Secrecy.SEALED
        who.save(update_fields=["clearance"])
    sealed = closed(qiu, chen, years=None, secrecy=Secrecy.SEALED)
    for who in (chen, tsai):
        let_in(by=qiu, case=sealed, person=who, reason="示例")
    set_retention(by=chen, case=sealed, years=1, start=Start.CLOSING, reason="示例")
    plan = draw_up_disposal(by=chen, cases=[sealed, closed(jun, chen)], today=TODAY)
    open_in_emergency(by=urgent, number=sealed.number, reason="示例急迫", hours=1)
    address, pages = f"{DUE}{plan.pk}/", {}
    for who in (urgent, tsai):
        page = english(who).get(address)
        pages[who] = page.status_code, sorted(page.context["forms"])
    deeds = {
        "record": lambda: record_authority_approval(by=urgent, plan=plan, number="1", on=TODAY, today=TODAY),
        "drop": lambda: drop_disposal(by=urgent, plan=plan, reason="示例"),
    }
    refused = []
    for name, deed in deeds.items():
        with pytest.raises(StepRefused):
            deed()
        refused.append(name)

    assert pages == {urgent: (200, []), tsai: (200, ["drop", "record"])}
    assert refused == list(deeds)
    drop_disposal(by=tsai, plan=plan, reason="示例")  # the control


def test_a_list_that_is_dropped_leaves_no_term_and_one_carried_out_fixes_it(cast):
    jun, chen, tsai = cast
    case = closed(jun, chen, years=None)
    RetentionDefault.objects.create(kind=case.kind, years=1, source="示例分類表")
    dropped = disposals.approved(chen, tsai, case)
    drop_disposal(by=chen, plan=dropped, reason="示例")
    left = Retention.objects.count()
    plan = disposals.approved(chen, tsai, case)
    RetentionDefault.objects.update(years=3)
    with translation.override("en"), pytest.raises(StepRefused) as other:
        carry_out_disposal(by=tsai, plan=plan, today=TODAY)
    RetentionDefault.objects.update(years=30)
    with translation.override("en"), pytest.raises(StepRefused) as early:
        carry_out_disposal(by=tsai, plan=plan, today=TODAY)
    RetentionDefault.objects.update(years=1)

    carry_out_disposal(by=tsai, plan=plan, today=TODAY)

    kept, line = Retention.objects.get(), plan.lines.get()
    assert ("not that of the list" in other.value.reason, "not over" in early.value.reason) == (True, True)
    assert (left, kept.case, kept.years, kept.reason, line.years) == (0, case, 1, "示例分類表", 1)


def test_what_is_stored_of_a_destruction_is_in_no_language_and_is_worded_for_whoever_reads_it(
    cast, english, client_of
):
    jun, chen, tsai = cast
    stored = []
    for language in ("en", "zh-hant"):
        case = closed(jun, chen)
        plan = disposals.approved(chen, tsai, case)
        with translation.override(language):
            carry_out_disposal(by=tsai, plan=plan, today=TODAY)
        stored.append(Case.objects.get(pk=case.pk).subject == str(plan))
    words = f"Destroyed under disposal list {plan}"
    addresses = (case.get_absolute_url(), "/cases/?state=closed", "/cases/export/?format=csv&state=closed")

    def read(client, address):
        answer = client.get(address)
        return (b"".join(answer) if answer.streaming else answer.content).decode()

    pages = [read(english(chen), address) for address in addresses]
    others = [read(client_of(chen), address) for address in addresses]

    assert stored == [True, True]
    assert [words in page for page in pages] == [True, True, True]
    assert [(words in page, str(plan) in page) for page in others] == [(False, True)] * 3


def test_a_shared_letter_goes_with_the_last_of_its_cases_and_no_statement_fetches_who_went(cast):
    jun, chen, tsai = cast
    first, last = disposals.closed(jun, chen), disposals.closed(jun, chen)
    letter = Letter.objects.get(cases=first)
    letter.about.create(case=last)
    carry_out_disposal(by=tsai, plan=disposals.approved(chen, tsai, first), today=TODAY)
    between = Letter.objects.filter(pk=letter.pk).exists()
    plan = disposals.approved(chen, tsai, last)

    asked = statements(lambda: carry_out_disposal(by=tsai, plan=plan, today=TODAY))

    assert (between, Letter.objects.filter(pk=letter.pk).exists()) == (True, False)
    fetching = re.compile(r'SELECT "cases_disposalline"."case_id"')
    assert [sql for sql in asked if fetching.match(sql)] == []
    assert any("IN (SELECT" in sql and '"cases_disposalline"' in sql for sql in asked)


def test_pages_of_retention_keep_what_was_typed_and_refuse_what_is_stale(cast, english):
    jun, chen, tsai = cast
    case, client = closed(jun, chen), english(chen)
    address = f"/cases/{case.number}/retention/"

    def send(**typed):
        return text_of(client.post(address, {"key": str(uuid.uuid4())} | typed))

    page = client.get(address)
    shown = hidden(page, "year_end")
    term = {"years": "30", "start": "year_end"}
    incomplete = send(**term, reason="", shown=shown)
    set_retention(by=tsai, case=case, years=10, start=Start.CLOSING, reason="示例第二項")
    stale = send(**term, reason="示例第三項", shown=shown)
    after_refusals = Retention.objects.get().years
    hold = place_hold(by=jun, case=case, reason="示例甲")
    twice = send(act="place", reason="示例乙", shown="-")
    lift_hold(by=tsai, case=case, reason="示例")
    place_hold(by=jun, case=case, reason="示例丙")
    other = send(act="lift", reason="示例丁", shown=str(hold.pk))

    assert ['value="30" selected' in page for page in (incomplete, stale)] == [True, True]
    assert 'id="set_reason_error"' in incomplete
    assert ("Look at it again" in stale, 'value="示例第三項"' in stale, after_refusals) == (True, True, 10)
    assert ('value="示例乙"' in twice, unrecorded(twice), 'name="act" value="lift"' in twice) == (
        False, "示例乙", True,
    )  # fmt: skip
    assert ("Look at it again" in other, 'value="示例丁"' in other) == (True, True)
    assert list(Hold.objects.order_by("pk").values_list("lifted_at", flat=True))[1:] == [None]
    for page in (incomplete, stale, twice, other):
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids))


def test_what_an_officer_typed_to_stop_a_disposal_is_shown_to_him_though_he_may_not_lift_the_other_hold(
    cast, english
):
    """Refused for its empty reason the form comes back as it was, and says nothing of this: the control."""
    jun, chen, tsai = cast
    case, client = closed(jun, chen), english(jun)
    address = f"/cases/{case.number}/retention/"
    sent = {"act": "place", "shown": "-"}
    empty = text_of(client.post(address, {"key": str(uuid.uuid4()), "reason": ""} | sent))
    place_hold(by=tsai, case=case, reason="示例甲")
    late = text_of(client.post(address, {"key": str(uuid.uuid4()), "reason": "示例乙"} | sent))

    assert ('name="act" value="place"' in empty, unrecorded(empty)) == (True, None)
    assert ('name="reason"' in late, unrecorded(late)) == (False, "示例乙")
    assert Hold.objects.get().reason == "示例甲"


def test_what_was_typed_about_a_list_that_went_on_meanwhile_is_shown_and_not_sent_on(cast, english):
    """On a list that only changed it stays in its field: the control."""
    jun, chen, tsai = cast
    client, letter = english(chen), {"number": "示例字第7號", "on": "2025-01-02"}
    plan = with_letter(chen, closed(jun, chen))
    shown = hidden(client.get(f"{DUE}{plan.pk}/"), "record")
    CHANGES["what a case is called"](chen, plan)
    changed = text_of(decide(client, plan, "record", shown, **letter))
    approve_disposal(by=tsai, plan=plan, today=TODAY)
    approved = text_of(decide(client, plan, "record", shown, **letter))
    drop_disposal(by=tsai, plan=plan, reason="示例")
    dropped = text_of(decide(client, plan, "drop", shown, reason="示例理由"))

    assert ('value="示例字第7號"' in changed, unrecorded(changed)) == (True, None)
    assert ('name="number"' in approved, unrecorded(approved)) == (False, "示例字第7號 · 2025-01-02")
    assert ('name="reason"' in dropped, unrecorded(dropped)) == (False, "示例理由")


def test_a_form_that_left_the_page_with_a_fault_of_its_own_says_why_and_points_at_no_field(cast, english):
    """Still offered it is told at its field, which is there: the control. What the verb said of the whole stays as it was said."""
    jun, chen, tsai = cast
    case, client = closed(jun, chen), english(chen)
    address, of_hold = f"/cases/{case.number}/retention/", {"act": "place", "shown": "-"}
    plan = with_letter(chen, case)
    shown = hidden(client.get(f"{DUE}{plan.pk}/"), "drop")

    def pages():
        keyed = of_hold | {"key": str(uuid.uuid4()), "reason": ""}
        return text_of(client.post(address, keyed)), text_of(decide(client, plan, "drop", shown, reason=""))

    def told(page, field):
        return (f'href="#{field}"' in page, f'id="{field}"' in page, "Somebody changed this" in page)

    before = pages()
    drop_disposal(by=tsai, plan=plan, reason="示例")
    place_hold(by=tsai, case=case, reason="示例")
    after = pages()
    over = text_of(decide(client, plan, "drop", shown, reason="示例理由"))

    assert [told(page, name) for page, name in zip(before, ("hold_reason", "drop_reason"), strict=True)] == [
        (True, True, False)
    ] * 2
    assert told(after[0], "hold_reason") == (
        False,
        True,
        True,
    )  # the field of the other act, empty and without fault
    assert told(after[1], "drop_reason") == (False, False, True)
    assert 'id="hold_reason_error"' not in after[0]
    assert ('role="alert"' in over, "Somebody changed this" in over) == (True, False)


def test_the_page_of_an_agreement_tells_supervisors_how_long_it_is_kept_and_leads_there(english):
    mei, lin, chen = makers.mei(), makers.lin(), case_makers.justice_supervisor()
    agreement = makers.agreement(mei)
    address = f"/cases/retention/agreements/{agreement.number}/"
    pages = [text_of(english(who).get(agreement.get_absolute_url())) for who in (lin, chen, mei)]
    client = english(lin)
    shown = re.search(r'name="shown" value="([^"]*)"', text_of(client.get(address)))[1]
    sent = {"key": str(uuid.uuid4()), "years": "30", "start": "closing", "shown": shown}
    refused = text_of(client.post(address, sent | {"reason": ""}))
    client.post(address, sent | {"reason": "示例第一項"})
    stale = text_of(client.post(address, sent | {"key": str(uuid.uuid4()), "reason": "示例第二項"}))
    told = text_of(client.get(agreement.get_absolute_url()))
    past = text_of(client.get(f"{agreement.get_absolute_url()}?as_of=2020-01-01"))

    assert [f'href="{address}"' in page for page in (*pages, told, past)] == [True, True, False, True, False]
    assert ["Permanent" in page for page in (pages[0], told)] == [True, False]
    assert "30 years" in told
    assert 'value="30" selected' in refused
    assert ("Look at it again" in stale, 'value="示例第二項"' in stale) == (True, True)
    assert Retention.objects.get().reason == "示例第一項"


def test_who_may_not_is_turned_away_from_each_page_and_a_hidden_list_is_not_there(cast, english):
    """The other ministry's supervisor, the auditor, an officer, the administrator and a stranger; the supervisor is the control."""
    jun, chen, _tsai = cast
    case = closed(jun, chen)
    plan = draw_up_disposal(by=chen, cases=[case], today=TODAY)
    agreement = makers.agreement(makers.mei())
    chu = makers.person("chu", ministry=Ministry.JUSTICE, role=Role.SUPERVISOR, clearance=Secrecy.ORDINARY)
    secret = closed(jun, chen, secrecy=Secrecy.RESTRICTED)
    hidden_plan = draw_up_disposal(by=chen, cases=[secret], today=TODAY)
    keyed = {"key": str(uuid.uuid4())}
    term = keyed | {"shown": "x", "years": "1", "start": "closing", "reason": "示例"}
    asked = [
        ("get", DUE, {}),
        ("post", DUE, keyed | {"cases": [str(case.pk)]}),
        ("get", f"{DUE}{plan.pk}/", {}),
        ("post", f"{DUE}{plan.pk}/act/", keyed | {"act": "drop", "shown": "x", "reason": "示例"}),
        ("post", f"/cases/{case.number}/retention/", term),
        ("post", f"/cases/{case.number}/retention/", keyed | {"act": "lift", "shown": "-", "reason": "示例"}),
        ("post", f"/cases/retention/agreements/{agreement.number}/", term),
        ("get", f"{DUE}{hidden_plan.pk}/", {}),
        ("post", f"{DUE}{hidden_plan.pk}/act/", keyed | {"act": "drop", "shown": "x", "reason": "示例"}),
        ("get", f"/cases/{secret.number}/retention/", {}),
        ("get", f"{DUE}{plan.pk + 1000}/", {}),
    ]

    def answers(who):
        client = english(who)
        return [getattr(client, way)(address, given).status_code for way, address, given in asked]

    assert answers(chu) == [200, 200, 200, 200, 200, 200, 403, 404, 404, 404, 404]
    for who in (makers.auditor(), jun):
        assert answers(who) == [403] * 9 + [200, 403]
    assert answers(makers.lin()) == [403] * 6 + [200] + [403] * 2 + [200, 403]
    for who in (makers.administrator(), makers.stranger()):
        assert set(answers(who)) <= {302, 403, 404}
    assert (DisposalList.objects.filter(dropped_at=None).count(), Hold.objects.count()) == (2, 0)


def test_a_deed_that_is_pressed_twice_is_done_once(cast, english):
    jun, chen, _tsai = cast
    case, client = closed(jun, chen), english(chen)
    plan = draw_up_disposal(by=chen, cases=[case], today=TODAY)
    shown, key = hidden(client.get(f"{DUE}{plan.pk}/"), "drop"), str(uuid.uuid4())
    sent = {"key": key, "shown": shown, "act": "drop", "reason": "示例"}
    hold = {"key": str(uuid.uuid4()), "shown": "-", "act": "place", "reason": "示例"}

    answers = [client.post(f"{DUE}{plan.pk}/act/", sent) for _press in range(2)]
    answers += [client.post(f"/cases/{case.number}/retention/", hold) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302] * 4
    assert (DisposalList.objects.get().dropped_reason, Hold.objects.count()) == ("示例", 1)
