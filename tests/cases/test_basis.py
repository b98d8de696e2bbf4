"""What a request rests on: the agreement in force on its day that covers it, else what the law gives; and why."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from agreements.models import Agreement
from cases.basis import proposal_for, words_of
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import User
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
FORCE = date(2024, 5, 3)
DAY = timedelta(days=1)


@pytest.fixture
def jia():
    return makers.partner("XA")


@pytest.fixture
def jun():
    return makers.jun()


def proposed(partner, on, kind="criminal", reader=None):
    found = proposal_for(partner, kind, on, reader=reader or User.objects.get(username="jun"))
    return found.basis, found.finding, found.agreement.number if found.agreement else None, found.is_certain


@pytest.mark.parametrize(
    ("kind", "subject", "without"),
    [
        ("criminal", "criminal_mla", "reciprocity"),
        ("civil", "civil_mla", "letters_rogatory"),
        ("transfer_receive", "transfer_sentenced_persons", "reciprocity"),
        ("transfer_send", "transfer_sentenced_persons", "reciprocity"),
        ("extradition", "extradition", "reciprocity"),
    ],
)
def test_the_agreement_counts_from_the_day_it_enters_into_force(jia, jun, kind, subject, without):
    number = case_makers.in_force(jia, FORCE, subject).number

    found = {on: proposed(jia, on, kind) for on in (FORCE - DAY, FORCE, FORCE + DAY)}

    assert found == {
        FORCE - DAY: (without, "signed", None, True),
        FORCE: ("agreement", "in_force", number, True),
        FORCE + DAY: ("agreement", "in_force", number, True),
    }


def test_a_terminated_agreement_counts_until_the_day_before_its_end(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    end = date(2025, 1, 20)
    makers.step(User.objects.get(username="lin"), agreement, "terminate", end)

    found = [proposed(jia, on) for on in (end - DAY, end, end + DAY)]

    assert found == [
        ("agreement", "in_force", agreement.number, True),
        ("reciprocity", "ended", None, True),
        ("reciprocity", "ended", None, True),
    ]


def test_a_suspended_agreement_does_not_count_until_it_is_resumed(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    lin = User.objects.get(username="lin")
    makers.step(lin, agreement, "suspend", date(2024, 8, 1))
    makers.step(lin, agreement, "resume", date(2024, 9, 1))

    found = [proposed(jia, on)[:2] for on in (date(2024, 7, 31), date(2024, 8, 15), date(2024, 9, 1))]

    assert found == [("agreement", "in_force"), ("reciprocity", "suspended"), ("agreement", "in_force")]


def test_a_month_without_its_day_leaves_the_month_open_and_says_so(jia, jun):
    agreement = case_makers.in_force(jia, "2024-06")

    found = {
        on: proposed(jia, date(*on)) for on in ((2024, 5, 31), (2024, 6, 15), (2024, 6, 29), (2024, 6, 30))
    }

    assert found == {
        (2024, 5, 31): ("reciprocity", "signed", None, True),
        (2024, 6, 15): ("reciprocity", "possibly_in_force", None, False),
        (2024, 6, 29): ("reciprocity", "possibly_in_force", None, False),
        (2024, 6, 30): ("agreement", "in_force", agreement.number, True),
    }


def test_an_end_known_to_the_month_leaves_the_month_open_too(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    makers.step(User.objects.get(username="lin"), agreement, "terminate", "2025-01")

    found = [proposed(jia, on) for on in (date(2024, 12, 31), date(2025, 1, 15), date(2025, 1, 31))]

    assert found == [
        ("agreement", "in_force", agreement.number, True),
        ("agreement", "possibly_ended", agreement.number, False),
        ("reciprocity", "ended", None, True),
    ]


def test_a_later_step_of_unknown_day_within_the_same_phase_leaves_nothing_open(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    makers.step(User.objects.get(username="lin"), agreement, "publish", "2024-07")

    assert proposed(jia, date(2024, 7, 10)) == ("agreement", "in_force", agreement.number, True)


def test_doubt_about_the_effect_is_said_and_not_decided(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    makers.step(User.objects.get(username="lin"), agreement, "effect_in_doubt", date(2024, 12, 1))

    found = [proposed(jia, on) for on in (date(2024, 11, 30), date(2024, 12, 2))]

    assert found == [
        ("agreement", "in_force", agreement.number, True),
        ("reciprocity", "in_doubt", None, False),
    ]


def test_an_agreement_on_another_subject_or_with_another_partner_covers_nothing(jia, jun):
    case_makers.in_force(jia, FORCE, "civil_mla")
    case_makers.in_force(makers.partner("XB"), FORCE, "criminal_mla")

    assert proposed(jia, FORCE) == ("reciprocity", "none", None, True)


def test_an_agreement_shared_with_further_parties_covers_each_of_them(jia, jun):
    yi = makers.partner("XB")
    agreement = case_makers.in_force(jia, FORCE, other_partners=[yi])

    assert proposed(yi, FORCE) == ("agreement", "in_force", agreement.number, True)


def test_a_cross_strait_agreement_is_a_basis_of_its_own(jun):
    across = makers.partner("XC")
    agreement = case_makers.in_force(across, FORCE, track="X", nature="")

    found = [proposed(across, on) for on in (FORCE - DAY, FORCE)]

    assert found == [
        ("reciprocity", "signed", None, True),
        ("cross_strait", "in_force", agreement.number, True),
    ]


def test_of_two_agreements_in_force_the_later_one_speaks(jia, jun):
    case_makers.in_force(jia, FORCE, title_zh="示例一")
    later = case_makers.in_force(jia, date(2024, 9, 1), title_zh="示例二")

    assert proposed(jia, date(2024, 10, 1))[2] == later.number


def test_one_in_force_speaks_before_one_that_is_only_signed(jia, jun):
    first = case_makers.in_force(jia, FORCE, title_zh="示例一")
    makers.walk(
        User.objects.get(username="lin"),
        "T1",
        until="sign",
        partner=jia,
        title_zh="示例二",
        start=date(2024, 6, 1),
    )

    assert proposed(jia, date(2025, 1, 1))[2] == first.number


def test_information_of_ones_own_accord_needs_no_basis(jia, jun):
    case_makers.in_force(jia, FORCE)

    assert proposed(jia, FORCE, "spontaneous_information") == ("not_applicable", "not_needed", None, True)


def test_an_agreement_above_the_readers_clearance_is_not_proposed(jia):
    lin = makers.lin()
    agreement = case_makers.in_force(jia, FORCE, by=lin, secrecy=Secrecy.RESTRICTED)
    cleared, stranger = makers.jun(), makers.stranger()

    found = [proposed(jia, FORCE, reader=reader) for reader in (cleared, stranger)]

    assert found == [
        ("agreement", "in_force", agreement.number, True),
        ("reciprocity", "none", None, True),
    ]


def test_the_reason_is_said_in_words_in_both_calendars_of_the_reader(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    Agreement.objects.filter(pk=agreement.pk).update(title_en="Agreement with Country A")

    with translation.override("en"):
        before = proposal_for(jia, "criminal", date(2024, 5, 2), reader=jun).words
        after = proposal_for(jia, "criminal", FORCE, reader=jun).words
    with translation.override("zh-hant"):
        chinese = proposal_for(jia, "criminal", FORCE, reader=jun).words

    assert before == "Agreement with Country A was signed but not in force on 2 May 2024: Reciprocity."
    assert after == "Agreement with Country A was in force on 3 May 2024 (since 3 May 2024)."
    assert "113 年 5 月 3 日" in chinese
    assert agreement.title_zh in chinese


def test_what_is_possible_is_said_with_the_precision_of_the_source(jia, jun):
    case_makers.in_force(jia, "2024-06", title_zh="示例協定", title_en="The agreement")

    with translation.override("en"):
        words = proposal_for(jia, "criminal", date(2024, 6, 15), reader=jun).words

    assert words == (
        "The agreement entered into force in June 2024, on a day that is not recorded: whether it was in force on "
        "15 June 2024 cannot be said. Until it is known: Reciprocity."
    )


def test_a_kept_reason_reads_as_it_was_proposed_and_can_leave_the_agreement_unnamed(jia, jun):
    agreement = case_makers.in_force(jia, FORCE)
    proposal = proposal_for(jia, "criminal", FORCE, reader=jun)

    assert words_of(proposal.facts) == proposal.words
    assert agreement.title_zh not in words_of(proposal.facts, shows_agreement=False)
    assert words_of({}) == ""


def test_the_proposal_costs_the_same_for_one_agreement_and_for_three(jia, jun, django_assert_num_queries):
    for number in range(3):
        case_makers.in_force(jia, FORCE, title_zh=f"示例{number}")

        with django_assert_num_queries(1):
            proposal_for(jia, "criminal", date(2025, 1, 1), reader=jun)
