"""The book of proposals: for every day what would be proposed for one request, without asking for every day."""

from datetime import date, timedelta
from random import Random

import pytest

from agreements.models import Milestone
from cases.basis import proposal_for
from cases.basisbook import BasisBook
from cases.lifecycle import Kind
from tests import makers
from tests.agreements.facts import drawn_facts
from tests.cases import makers as cases
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(12))
def test_it_proposes_for_every_day_what_is_proposed_for_one_request(seed):
    reader, lin, chance = cases.justice_supervisor(), makers.lin(), Random(seed)
    partner, other = makers.partner("XA"), makers.partner("XB")
    files = [
        makers.agreement(lin, partner=partner, subjects=["criminal_mla"], title_zh="示例一"),
        makers.agreement(lin, partner=other, subjects=["criminal_mla", "extradition"], title_zh="示例二"),
    ]
    files[1].other_partners.add(partner)
    Milestone.objects.all().delete()
    for file in files:
        file.opened_on = chance.choice([None, date(2020, 6, 1)])
        file.save(update_fields=["opened_on"])
        Milestone.objects.bulk_create(drawn_facts(file, lin, chance, 5))
    book = BasisBook(reader)

    for place in range(0, 900, 11):
        day = date(2019, 12, 1) + timedelta(days=place)
        kept = book.on(partner, Kind.CRIMINAL, day)
        asked = proposal_for(partner, Kind.CRIMINAL, day, reader=reader)
        assert (kept.facts, kept.agreement) == (asked.facts, asked.agreement)


def test_days_cost_no_statements_and_partners_learnt_together_four(django_assert_num_queries):
    reader = cases.justice_supervisor()
    partners = [makers.partner(code) for code in ("XA", "XB", "XC")]
    for place, partner in enumerate(partners):
        cases.in_force(partner, date(2021, 3, 1 + place))
    book = BasisBook(reader)

    with django_assert_num_queries(4):
        book.learn(partners)
        for partner in partners:
            for place in range(50):
                book.at(partner, Kind.CRIMINAL, date(2019, 1, 1) + timedelta(days=40 * place))
    with django_assert_num_queries(4):
        BasisBook(reader).at(partners[0], Kind.CRIMINAL, date(2021, 3, 1))


def test_what_the_reader_may_not_see_is_proposed_to_nobody_else():
    reader, partner = cases.justice_supervisor(), makers.partner("XA")
    file = cases.in_force(partner, date(2021, 3, 1))
    type(file).objects.filter(pk=file.pk).update(secrecy=Secrecy.SEALED, declassify_when="示例")

    assert BasisBook(reader).on(partner, Kind.CRIMINAL, date(2022, 1, 1)).agreement is None
    assert BasisBook(cases.sealed_officer()).on(partner, Kind.CRIMINAL, date(2022, 1, 1)).agreement == file
