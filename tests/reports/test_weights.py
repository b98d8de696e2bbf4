"""Versions of the weights: proposed with a reason, decided by another supervisor, kept for good."""

import uuid
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from agreements.actions import StepRefused
from reports.actions import decide_weights, propose_weights
from reports.models import WeightsVersion
from reports.weighting import NoSuchWeights, version_in_use, weights_of
from tests import makers
from tests.reports.test_commands import answer
from tracker.models import Entry

OTHER = {"help_last_year": 30, "momentum": 10.5, "help_rise": 0}
HISTORY, PROPOSE = "/reports/weights/", "/reports/weights/propose/"


@pytest.fixture
def mei(db):
    return makers.mei()


@pytest.fixture
def register(loaded, partners):
    """The figures of the audit report, with the Mainland covered: so Thailand's drugs are the highest."""
    by = makers.person("guo", ministry="foreign_affairs")
    makers.walk(by, "A1", partner=partners["CN"], start=date(2024, 1, 1), until="enter_into_force")


def proposed(by, **fields):
    return propose_weights(by=by, **({"by_factor": OTHER, "reason": "示例理由"} | fields))


def refusal(**fields):
    with pytest.raises(StepRefused) as refused:
        proposed(**fields)
    return (str(refused.value.reason), refused.value.field)


def test_a_proposal_gets_the_next_number_and_changes_no_ranking(mei):
    version = proposed(mei)

    assert (version.number, version.by_factor, version.status, version.reason, version.proposed_by) == (
        2,
        {"help_last_year": 30, "momentum": 10.5},
        "proposed",
        "示例理由",
        mei,
    )
    assert version_in_use().number == 1
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.details) == (
        "weights.propose",
        {"number": 2, "weights": {"help_last_year": 30, "momentum": 10.5}},
    )


@pytest.mark.parametrize("who", [makers.auditor, makers.administrator])
def test_auditors_and_administrators_propose_nothing(db, who):
    refusal(by=who())

    assert WeightsVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"by_factor": {}}, ""),
        ({"by_factor": {"help_rise": 0}}, ""),
        ({"by_factor": {"help_rise": -1}}, "w_help_rise"),
        ({"by_factor": {"help_rise": 101}}, "w_help_rise"),
        ({"by_factor": {"help_rise": float("nan")}}, "w_help_rise"),
        ({"by_factor": {"wealth": 5}}, ""),
        (
            {
                "by_factor": {
                    "help_last_year": 35,
                    "help_rise": 20,
                    "help_three_years": 20,
                    "drugs_five_years": 25,
                }
            },
            "",
        ),
    ],
)
def test_a_proposal_that_cannot_weigh_or_changes_nothing_is_refused(mei, fields, field):
    assert refusal(by=mei, **fields)[1] == field
    assert WeightsVersion.objects.count() == 1


def test_one_proposal_waits_at_a_time(mei):
    proposed(mei)

    refusal(by=makers.jun())

    assert WeightsVersion.objects.count() == 2


def test_another_supervisor_approves_and_rankings_follow(mei):
    lin = makers.lin()

    version = decide_weights(by=lin, version=proposed(mei), is_approved=True, decision="同意")

    assert (version.status, version.decided_by, version.decision, version.decided_at is not None) == (
        "approved",
        lin,
        "同意",
        True,
    )
    assert weights_of(version_in_use()).by_factor == {"help_last_year": 30.0, "momentum": 10.5}
    assert version_in_use(1).number == 1
    assert Entry.objects.latest("id").verb == "weights.approve"


def test_a_refused_version_is_kept_and_never_used_and_the_next_may_be_proposed(mei):
    decide_weights(by=makers.lin(), version=proposed(mei), is_approved=False, decision="不足")

    assert version_in_use().number == 1
    with pytest.raises(NoSuchWeights):
        version_in_use(2)
    assert proposed(mei).number == 3


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.administrator])
def test_nobody_but_a_supervisor_decides(db, who):
    version = proposed(makers.justice_supervisor())

    with pytest.raises(StepRefused):
        decide_weights(by=who(), version=version, is_approved=True, decision="同意")


def test_the_proposer_does_not_decide_not_even_past_the_rules(db):
    lin = makers.lin()
    version = proposed(lin)

    with pytest.raises(StepRefused):
        decide_weights(by=lin, version=version, is_approved=True, decision="同意")
    with pytest.raises(IntegrityError), transaction.atomic():
        WeightsVersion.objects.filter(pk=version.pk).update(
            status="approved", decided_by=lin, decided_at=version.proposed_at
        )


def test_a_decision_needs_its_reason_and_is_taken_once(mei):
    version, lin = proposed(mei), makers.lin()
    with pytest.raises(StepRefused) as refused:
        decide_weights(by=lin, version=version, is_approved=True, decision=" ")
    assert refused.value.field == "decision"

    decide_weights(by=lin, version=version, is_approved=True, decision="同意")

    with pytest.raises(StepRefused):
        decide_weights(by=makers.justice_supervisor(), version=version, is_approved=False, decision="不足")
    assert version_in_use().number == 2


def test_the_database_refuses_to_change_or_remove_a_version_that_was_decided(mei):
    version = proposed(mei)
    decide_weights(by=makers.lin(), version=version, is_approved=True, decision="同意")

    for number in (1, version.number):
        rows = WeightsVersion.objects.filter(number=number)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(by_factor={"help_rise": 1})
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()


def test_the_command_ranks_with_the_newest_version_or_the_one_asked_for(register, mei):
    by_factor = {"help_three_years": 1}
    decide_weights(
        by=makers.lin(), version=proposed(mei, by_factor=by_factor), is_approved=True, decision="同意"
    )

    newest, first = (
        answer("priorities", "--as-of", "2024-12-31", *more) for more in ((), ("--weights", "1"))
    )

    assert (newest["weights_version"], newest["ranking"][0]["partner"]) == (2, "KH")
    assert (first["weights_version"], first["ranking"][0]["partner"]) == (1, "TH")
    assert answer("report", "P01", "--as-of", "2024-12-31")["weights_version"] == 2
    with pytest.raises(CommandError, match="no version 7"):
        call_command("priorities", "--weights", "7")


# ---- the pages -------------------------------------------------------------------------------------------


def sent(client, address, **fields):
    return client.post(
        address, {"key": str(uuid.uuid4()), **fields}, headers={"accept-language": "en"}, follow=True
    )


def test_a_version_is_proposed_on_a_page_that_carries_the_weights_along(loaded, client_of, mei):
    client = client_of(mei)
    page = client.get(PROPOSE, {"w_help_rise": "55", "as_of": "2024-12-31"})
    assert page.context["form"]["w_help_rise"].value() == "55"
    assert page.context["form"]["w_help_last_year"].value() == 35

    response = sent(client, PROPOSE, w_help_rise="55", w_momentum="", reason="示例理由")

    assert response.redirect_chain == [(HISTORY, 302)]
    assert WeightsVersion.objects.get(number=2).by_factor == {"help_rise": 55}
    assert "proposed by Mei" in response.text


def test_the_same_form_sent_twice_proposes_once(loaded, client_of, mei):
    client, key = client_of(mei), str(uuid.uuid4())

    for _ in range(2):
        client.post(PROPOSE, {"key": key, "w_help_rise": "55", "reason": "示例"})

    assert WeightsVersion.objects.count() == 2


def test_what_is_wrong_is_said_on_the_form(loaded, client_of, mei):
    text = sent(client_of(mei), PROPOSE, w_help_rise="0", reason="").text

    assert "At least one factor must weigh more than zero." in text
    assert "2 things to correct" in text


@pytest.mark.parametrize("who", [makers.auditor, makers.administrator])
def test_others_read_the_history_and_may_not_propose(loaded, client_of, who):
    client = client_of(who())

    assert client.get(HISTORY).status_code == 200
    assert PROPOSE not in client.get(HISTORY).text
    assert client.get(PROPOSE).status_code == 403


def test_a_supervisor_sees_both_orders_and_decides(register, client_of, mei):
    proposed(mei, by_factor={"help_three_years": 5})
    client = client_of(makers.lin())

    page = client.get(f"{HISTORY}2/", headers={"accept-language": "en"})
    response = sent(client, f"{HISTORY}2/", answer="approve", decision="同意")

    assert (page.context["shown"].order[:8], page.context["shown"].order_now[:8]) == ("Cambodia", "Thailand")
    assert response.redirect_chain == [(HISTORY, 302)]
    assert version_in_use().number == 2


def test_the_proposer_and_officers_may_not_open_the_decision_and_decided_ones_are_gone(loaded, client_of):
    lin, chen = makers.lin(), makers.justice_supervisor()
    version = proposed(lin)

    assert [client_of(one).get(f"{HISTORY}2/").status_code for one in (lin, makers.mei(), chen)] == [
        403,
        403,
        200,
    ]

    decide_weights(by=chen, version=version, is_approved=False, decision="不足")
    assert client_of(chen).get(f"{HISTORY}2/").status_code == 404
    assert client_of(chen).get(f"{HISTORY}9/").status_code == 404


def test_the_history_asks_as_often_for_three_versions_as_for_one(client_of, mei, django_assert_num_queries):
    client, lin = client_of(mei), makers.lin()
    client.get(HISTORY)
    with django_assert_num_queries(3):
        client.get(HISTORY)

    for weight in (5, 6):
        version = proposed(mei, by_factor={"help_rise": weight})
        decide_weights(by=lin, version=version, is_approved=True, decision="同意")

    with django_assert_num_queries(3):
        page = client.get(HISTORY)
    assert [row.version.number for row in page.context["rows"]] == [3, 2, 1]
    assert [row.is_in_use for row in page.context["rows"]] == [True, False, False]


# ---- somebody's own view ---------------------------------------------------------------------------------


def test_weights_in_the_address_rank_for_this_reader_alone(register, client_of, mei):
    client = client_of(mei)
    asked = {"as_of": "2024-12-31", "w_help_three_years": "1"}

    page = client.get("/reports/", asked, headers={"accept-language": "en"})

    assert (page.context["is_own"], page.context["page"].ranked[0].partner.code) == (True, "KH")
    assert "Your view only" in page.text
    assert client.get("/reports/", {"as_of": "2024-12-31"}).context["page"].ranked[0].partner.code == "TH"
    assert WeightsVersion.objects.count() == 1


def test_the_weights_of_the_version_itself_are_nobodys_own_view(loaded, client_of, mei):
    first = {f"w_{code}": weight for code, weight in version_in_use().by_factor.items()}

    assert client_of(mei).get("/reports/", first).context["is_own"] is False


@pytest.mark.parametrize(
    "typed", [{"w_help_rise": "-3"}, {"w_help_rise": "0"}, {"w_momentum": "nan"}, {"weights": "9"}]
)
def test_weights_that_cannot_weigh_are_answered_with_a_sentence_and_the_version(
    loaded, client_of, mei, typed
):
    page = client_of(mei).get("/reports/", {"as_of": "2024-12-31", **typed})

    assert (page.status_code, page.context["is_own"]) == (200, False)
    assert page.context["form"].errors
    assert page.context["version"].number == 1


def test_a_page_made_with_an_older_version_says_so(register, client_of, mei):
    version = proposed(mei, by_factor={"help_three_years": 5})
    decide_weights(by=makers.lin(), version=version, is_approved=True, decision="同意")
    client = client_of(mei)

    old = client.get("/reports/", {"weights": "1", "as_of": "2024-12-31"}, headers={"accept-language": "en"})

    assert old.context["page"].ranked[0].partner.code == "TH"
    assert "A newer version is in use." in old.text
    assert client.get("/reports/", {"as_of": "2024-12-31"}).context["page"].ranked[0].partner.code == "KH"
