"""What is asked: what came of each thing, the state and the result that follow, adding and dropping."""

import uuid
from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override

from cases.actions import StalePage, StepRefused, StepRequest, take_step
from cases.actions.items import Outcome, add_item, drop_item, settle_items
from cases.history import sentence
from cases.items import contradicting, part_step, reply_step, result_of
from cases.models import AssistanceItem, Case
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tests.makers import TODAY
from tracker import audit
from tracker.models import Entry
from tracker.roles import Secrecy

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
DAY = date(2025, 3, 12)
ASKED = ("evidence", "seizure")


@pytest.fixture
def jun(db):
    return makers.jun()


def executing(by, asked=ASKED, until="I70", on=DAY, **fields):
    """A case that is being executed since ``on``."""
    given = {"direction": "in" if until[0] == "I" else "out", "items": asked} | fields
    return case_makers.walk(by, case_makers.case(by, **given), on, until=until)


def settle(by, case, *states, day=date(2025, 3, 14), words="示例", version=None, today=TODAY):
    """Give these states to the things that are asked, in their order; None leaves one as it is."""
    results = {
        item: Outcome(state, "" if state == "open" else words, day)
        for item, state in zip(case.items.all(), states, strict=True)
        if state
    }
    event = settle_items(by=by, case=case, results=results, today=today, version=version)
    case.refresh_from_db()
    return event


def refusal(do, *given, **fields):
    with pytest.raises(StepRefused) as caught:
        do(*given, **fields)
    return caught.value


def text_of(response):
    return response.content.decode()


def sent(case, **fields):
    return {"key": str(uuid.uuid4()), "version": str(case.version)} | fields


def filled(case, *states, day="114.03.14", words="示例"):
    """What a browser sends from the screen of what is asked."""
    form = {}
    for item, state in zip(case.items.all(), states, strict=True):
        form |= {f"state_{item.pk}": state, f"day_{item.pk}": day}
        form |= {f"words_{item.pk}": "" if state == "open" else words}
    return form


# What follows; no database.


def things(*states):
    return [AssistanceItem(pk=n, kind="evidence", state=state) for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("states", "result"),
    [
        ((), None),
        (("open",), None),
        (("done", "open"), None),
        (("done",), "full"),
        (("done", "done", "withdrawn"), "full"),
        (("done", "part"), "part"),
        (("part",), "part"),
        (("done", "refused"), "part"),
        (("not_done", "refused"), "none"),
        (("refused", "withdrawn"), "none"),
        (("withdrawn",), "none"),
    ],
)
def test_the_result_follows_from_what_came_of_each_thing(states, result):
    assert result_of(things(*states)) == result


@pytest.mark.parametrize(
    ("states", "result", "against"),
    [
        (("refused", "refused"), "full", 2),
        (("done", "part"), "full", 1),
        (("done", "open"), "full", 0),
        (("done", "withdrawn"), "full", 0),
        (("open", "open"), "none", 0),
        (("done", "refused"), "none", 1),
        (("part",), "none", 1),
        (("refused", "not_done"), "none", 0),
        (("done", "done"), "part", 2),
        (("refused", "not_done"), "part", 2),
        (("done", "refused"), "part", 0),
        (("done", "open"), "part", 0),
        (("withdrawn",), "part", 0),
    ],
)
def test_a_result_is_compared_with_what_is_settled(states, result, against):
    assert len(contradicting(things(*states), result)) == against


@pytest.mark.parametrize(
    ("state", "states", "step"),
    [
        ("I70", ("done", "open"), "execute_in_part"),
        ("I70", ("part", "open", "refused"), "execute_in_part"),
        ("O70", ("done", "open"), "part_reply"),
        ("I70", ("refused", "open"), ""),
        ("I70", ("withdrawn", "open"), ""),
        ("I70", ("done", "done"), ""),
        ("I70", ("open", "open"), ""),
        ("I75", ("done", "open"), ""),
        ("O85", ("done", "open"), ""),
        ("I30", ("done", "open"), ""),
    ],
)
def test_a_case_moves_on_of_itself_when_something_is_met_and_something_open(state, states, step):
    assert part_step(state, things(*states)) == step


@pytest.mark.parametrize(
    ("state", "states", "step"),
    [
        ("I70", ("done", "refused"), "reply"),
        ("I75", ("done", "done"), "reply"),
        ("O70", ("done",), "deliver_reply"),
        ("O85", ("not_done",), "deliver_reply"),
        ("I70", ("done", "open"), None),
        ("I30", ("done",), None),
        ("I70", (), None),
    ],
)
def test_a_reply_is_due_once_everything_is_settled(state, states, step):
    found = reply_step(Case(state=state, kind="criminal"), things(*states))

    assert (found and found.name) == step


# Settling.


@pytest.mark.parametrize(
    ("until", "step", "state"), [("I70", "execute_in_part", "I75"), ("O70", "part_reply", "O85")]
)
def test_with_one_thing_done_and_one_open_the_case_is_partly_executed_in_the_same_act(
    jun, until, step, state
):
    case = executing(jun, until=until)
    version = case.version

    event = settle(jun, case, "done", None, version=version)

    assert (event.step, event.happened_on, case.state) == (step, date(2025, 3, 14), state)
    assert [(item.state, item.result, item.settled_on) for item in case.items.all()] == [
        ("done", "示例", date(2025, 3, 14)),
        ("open", "", None),
    ]
    told = list(audit.history_of(case)[:2])
    assert [entry.verb for entry in told] == ["case.take_step", "case.settle_items"]
    assert told[1].details == {"items": 1, "states": {str(case.items.first().pk): "done"}}
    assert sentence(told[1])
    assert case.version == version + 1


def test_the_rest_settled_later_leaves_the_state_and_a_reply_is_due(jun):
    case = executing(jun)
    settle(jun, case, "done", None)
    version = case.version

    event = settle(jun, case, None, "not_done")

    assert (event, case.state, case.version) == (None, "I75", version + 1)
    assert reply_step(case, list(case.items.all())).name == "reply"


def test_everything_settled_at_once_moves_nothing_of_itself(jun):
    case = executing(jun)

    assert settle(jun, case, "done", "refused") is None
    assert case.state == "I70"


def test_the_step_is_not_dated_before_the_one_that_it_follows(jun):
    case = executing(jun)

    event = settle(jun, case, "done", None, day=date(2025, 3, 10))

    assert (event.happened_on, case.items.first().settled_on) == (DAY, date(2025, 3, 10))


def test_before_execution_a_thing_may_be_settled_and_the_case_stays_where_it_is(jun):
    case = executing(jun, until="I30")

    assert settle(jun, case, "withdrawn", None) is None
    assert case.state == "I30"


def test_a_thing_is_set_back_to_open_with_nothing_left_of_its_outcome(jun):
    case = executing(jun)
    settle(jun, case, "done", "refused")

    settle(jun, case, None, "open")

    assert [(item.state, item.result, item.settled_on) for item in case.items.all()][1] == ("open", "", None)
    assert case.state == "I75"


@pytest.mark.parametrize(
    ("outcome", "field"),
    [
        (Outcome("finished", "x", DAY), "state"),
        (Outcome("open", "x", DAY), "state"),
        (Outcome("refused", " ", DAY), "words"),
        (Outcome("part", "", DAY), "words"),
        (Outcome("done", "字" * 301, DAY), "words"),
        (Outcome("done", "", None), "day"),
        (Outcome("done", "", date(2025, 3, 21)), "day"),
        (Outcome("done", "", date(2025, 3, 9)), "day"),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused_at_its_field_and_nothing_is_recorded(jun, outcome, field):
    case = executing(jun)
    first, second = case.items.all()
    results = {first: Outcome("done", "", DAY), second: outcome}

    refused = refusal(settle_items, by=jun, case=case, results=results, today=TODAY)

    assert refused.field == f"{field}_{second.pk}"
    assert {item.state for item in case.items.all()} == {"open"}


def test_nothing_new_is_refused(jun):
    case = executing(jun)
    settle(jun, case, "done", "refused")
    entries = Entry.objects.count()

    refused = [refusal(settle, jun, case, None, None), refusal(settle, jun, case, "done", None)]

    assert [one.field for one in refused] == ["", ""]
    assert Entry.objects.count() == entries


def test_a_thing_of_another_case_or_one_that_is_gone_is_refused(jun):
    case, other = executing(jun), executing(jun)
    foreign = other.items.first()

    refused = refusal(
        settle_items, by=jun, case=case, results={foreign: Outcome("done", "", DAY)}, today=TODAY
    )

    assert refused.field == ""
    assert other.items.first().state == "open"


@pytest.mark.parametrize("who", ["mei", "auditor", "administrator", "stranger"])
def test_others_settle_add_and_drop_nothing(jun, who):
    case = executing(jun, secrecy=Secrecy.INTERNAL)
    other, item = getattr(makers, who)(), case.items.first()

    refused = [
        refusal(settle, other, case, "done", None),
        refusal(add_item, by=other, case=case, kind="search", reason="x"),
        refusal(drop_item, by=other, case=case, item=item, reason="x"),
    ]

    assert [one.field for one in refused] == [""] * 3
    assert case.items.filter(state="open").count() == 2


def test_in_a_closed_case_what_came_of_it_stays(jun):
    case = case_makers.walk(jun, case_makers.case(jun))
    item = case.items.get()

    refused = [
        refusal(settle, jun, case, "done"),
        refusal(add_item, by=jun, case=case, kind="search", reason="x"),
        refusal(drop_item, by=jun, case=case, item=item, reason="x"),
    ]

    assert [one.field for one in refused] == [""] * 3


def test_of_two_who_saw_the_same_page_the_second_is_told_what_changed(jun):
    case = executing(jun)
    version = case.version
    settle(jun, case, "done", None, version=version)

    with pytest.raises(StalePage) as caught:
        settle(jun, case, None, "done", version=version)

    assert "Jun" in str(caught.value)
    assert case.items.last().state == "open"


# The result of closing.


def close(by, case, result):
    return take_step(by=by, case=case, request=StepRequest("close", TODAY, result=result), today=TODAY)


def test_a_case_of_which_everything_was_refused_is_not_closed_as_met_in_full(jun):
    case = executing(jun)
    settle(jun, case, "refused", "refused")
    case_makers.step(jun, case, "reply")

    with override("en"):
        refused = refusal(close, jun, case, "full")

    assert refused.field == "result"
    assert "Obtain evidence: Refused、Seizure: Refused" in str(refused)
    close(jun, case, "none")
    case.refresh_from_db()
    assert (case.is_open, case.result) == (False, "none")


def test_a_case_of_which_nothing_was_said_is_closed_with_any_result(jun):
    case = case_makers.walk(jun, case_makers.case(jun), until="I85")

    close(jun, case, "part")

    case.refresh_from_db()
    assert case.result == "part"


# Adding and dropping.


def test_a_thing_is_added_with_a_reason_at_the_end(jun):
    case = executing(jun)
    version = case.version

    item = add_item(by=jun, case=case, kind="search", reason=" 補充請求 ", version=version)

    case.refresh_from_db()
    assert [each.kind for each in case.items.all()] == ["evidence", "seizure", "search"]
    assert (item.state, case.version) == ("open", version + 1)
    told = audit.history_of(case).first()
    assert (told.verb, told.details) == ("case.add_item", {"item": "search", "reason": "補充請求"})
    with override("en"):
        assert "Search" in sentence(told)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "magic"}, "kind"), ({"kind": "evidence"}, "kind"), ({"reason": " "}, "reason")],
)
def test_what_cannot_be_added_is_refused_at_its_field(jun, fields, field):
    case = executing(jun)

    given = {"kind": "search", "reason": "x"} | fields

    assert refusal(add_item, by=jun, case=case, **given).field == field
    assert case.items.count() == 2


def test_the_same_may_be_asked_again_once_the_first_is_settled(jun):
    case = executing(jun)
    settle(jun, case, "done", "done")

    add_item(by=jun, case=case, kind="evidence", reason="補充請求")

    assert [item.kind for item in case.items.all()] == ["evidence", "seizure", "evidence"]


def test_a_case_of_a_kind_without_things_takes_none(jun):
    case = case_makers.case(jun, kind="extradition", items=())

    assert refusal(add_item, by=jun, case=case, kind="search", reason="x").field == "kind"


def test_what_was_never_asked_is_dropped_with_a_reason(jun):
    case = executing(jun)

    drop_item(by=jun, case=case, item=case.items.last(), reason="誤登")

    assert [item.kind for item in case.items.all()] == ["evidence"]
    assert audit.history_of(case).first().details == {"item": "seizure", "reason": "誤登"}


def test_the_last_thing_what_is_settled_and_what_is_gone_is_not_dropped_nor_anything_without_a_reason(jun):
    case = executing(jun)
    first, second = case.items.all()
    without = refusal(drop_item, by=jun, case=case, item=second, reason=" ")
    settle(jun, case, "done", None)
    settled = refusal(drop_item, by=jun, case=case, item=first, reason="x")
    drop_item(by=jun, case=case, item=case.items.last(), reason="x")
    gone = refusal(drop_item, by=jun, case=case, item=AssistanceItem(pk=second.pk), reason="x")
    settle(jun, case, "open")
    last = refusal(drop_item, by=jun, case=case, item=first, reason="x")

    assert [one.field for one in (without, settled, gone, last)] == ["reason", "", "", ""]
    assert [item.pk for item in case.items.all()] == [first.pk]


# The pages.


def test_several_things_are_settled_on_one_screen_once(client_of, jun):
    case = executing(jun)
    client, page = client_of(jun), f"/cases/{case.number}/items/"
    form = sent(case, **filled(case, "done", "open"))

    answers = [client.post(page, form) for _twice in range(2)]
    after = text_of(client.get(f"/cases/{case.number}/", **ENGLISH))

    case.refresh_from_db()
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, case.get_absolute_url())] * 2
    assert (case.state, [item.state for item in case.items.all()]) == ("I75", ["done", "open"])
    assert "1 of 2 settled" in after
    assert Entry.objects.filter(verb="case.settle_items").count() == 1


def test_after_the_last_one_the_page_proposes_the_reply_and_the_result_of_closing(client_of, jun):
    case = executing(jun)
    client = client_of(jun)
    client.post(f"/cases/{case.number}/items/", sent(case, **filled(case, "done", "refused")))

    page = text_of(client.get(f"/cases/{case.number}/", **ENGLISH))
    chosen = text_of(client.get(f"/cases/{case.number}/step/?step=reply", **ENGLISH))
    case.refresh_from_db()
    case_makers.step(jun, case, "reply")
    closing = text_of(client.get(f"/cases/{case.number}/step/", **ENGLISH))

    assert "/step/?step=reply" in page
    assert 'value="reply"' in chosen.split(" checked")[0].split("<input")[-1]
    assert '<option value="part" selected>' in closing


def test_every_refusal_stands_at_its_field_with_what_was_typed(client_of, jun):
    case = executing(jun)
    first, second = case.items.all()
    form = sent(case, **filled(case, "refused", "done", words="", day="114.13.01"))

    wrong = text_of(client_of(jun).post(f"/cases/{case.number}/items/", form, **ENGLISH))
    form |= {f"day_{item.pk}": "114.03.14" for item in (first, second)}
    without = text_of(client_of(jun).post(f"/cases/{case.number}/items/", form, **ENGLISH))

    assert [f'id="id_day_{item.pk}_error"' in wrong for item in (first, second)] == [True, True]
    assert [f'id="id_words_{item.pk}_error"' in without for item in (first, second)] == [True, False]
    assert '<option value="refused" selected>' in without


def test_a_stale_page_is_told_what_changed_and_can_be_sent_again(client_of, jun):
    case = executing(jun)
    client, page = client_of(jun), f"/cases/{case.number}/items/"
    form = sent(case, **filled(case, "done", "done"))
    add_item(by=jun, case=case, kind="search", reason="x")
    case.refresh_from_db()

    stale = client.post(page, form | filled(case, "done", "done", "open"), **ENGLISH)
    again = client.post(page, sent(case, **filled(case, "done", "done", "open")))

    assert "changed after you opened the page" in text_of(stale)
    assert f'name="version" value="{case.version}"' in text_of(stale)
    assert again.status_code == 302


def test_a_thing_is_added_and_dropped_through_the_forms_once(client_of, jun):
    case = executing(jun)
    client, page = client_of(jun), f"/cases/{case.number}/items/"
    add = sent(case, kind="search", reason="補充請求")
    added = [client.post(page + "add/", add).status_code for _twice in range(2)]
    case.refresh_from_db()
    item = case.items.last()
    shown = client.get(f"{page}{item.pk}/drop/")
    refused = text_of(client.post(f"{page}{item.pk}/drop/", sent(case), **ENGLISH))
    drop = sent(case, reason="誤登")

    dropped = [client.post(f"{page}{item.pk}/drop/", drop).status_code for _twice in range(2)]

    assert (added, shown.status_code, dropped) == ([302, 302], 200, [302, 302])
    assert 'id="id_reason_error"' in refused
    assert [each.kind for each in case.items.all()] == ["evidence", "seizure"]
    assert client.get(f"{page}{item.pk}/drop/").status_code == 404


def test_what_cannot_be_added_comes_back_with_what_was_typed(client_of, jun):
    case = executing(jun)

    page = text_of(
        client_of(jun).post(
            f"/cases/{case.number}/items/add/", sent(case, kind="evidence", reason="再請求"), **ENGLISH
        )
    )

    assert 'id="add_kind_error"' in page
    assert "再請求</textarea>" in page


def test_who_only_reads_is_refused_and_strangers_see_nothing(client_of, jun):
    case = executing(jun, secrecy=Secrecy.INTERNAL)
    item = case.items.first()
    pages = [f"/cases/{case.number}/items/{rest}" for rest in ("", "add/", f"{item.pk}/drop/")]

    answers = {}
    for who in ("mei", "auditor", "stranger", "administrator"):
        client = client_of(getattr(makers, who)())
        answers[who] = {client.post(page, sent(case)).status_code for page in pages}
    overview = text_of(
        client_of(makers.person("yi", ministry="foreign_affairs")).get(f"/cases/{case.number}/", **ENGLISH)
    )

    assert answers == {"mei": {403}, "auditor": {403}, "stranger": {404}, "administrator": {403}}
    assert "Say what came of it" not in overview


@pytest.mark.parametrize("asked", [("evidence",), ("evidence", "seizure", "search")])
def test_the_screen_takes_the_same_queries_for_one_thing_and_for_three(
    client_of, jun, asked, django_assert_num_queries
):
    case = executing(jun, asked=asked)
    client = client_of(jun)

    with django_assert_num_queries(5 + A_LOOK):
        client.get(f"/cases/{case.number}/items/")


def test_the_day_offered_for_what_is_open_is_today(client_of, jun):
    case = executing(jun, asked=("evidence",))

    page = text_of(client_of(jun).get(f"/cases/{case.number}/items/"))

    today = timezone.localdate()
    assert f'value="{today.year - 1911}.{today:%m.%d}"' in page
