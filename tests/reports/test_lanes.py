"""The board shows, before the first phase, with whom nothing is signed though figures call for it."""

from datetime import date

import pytest

from agreements.models import Partner
from reports.actions import load_indicators
from reports.lanes import not_yet_signed
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    for code in ("TH", "KH", "MM", "LA", "CN"):
        Partner.objects.create(code=code, name_zh=code, name_en=code)
    lin = makers.lin()
    load_indicators(by=lin)
    return lin


def test_the_partners_with_most_calls_for_help_come_first(lin):
    lane = not_yet_signed(lin, date(2024, 12, 31), None, False)

    assert [card.name for card in lane.cards][:4] == ["TH", "KH", "MM", "LA"]
    assert "413" in str(lane.cards[0].words[0])


def test_a_partner_with_a_signed_text_is_not_in_it(lin):
    file = makers.walk(lin, until="sign", partner=Partner.objects.get(code="TH"))

    lane = not_yet_signed(lin, file.milestones.get(step="sign").counted_to, None, False)

    assert "TH" not in [card.name for card in lane.cards]


def test_without_figures_there_is_no_such_lane(db):
    assert not_yet_signed(makers.lin(), date(2024, 12, 31), None, False) is None


def test_the_board_shows_it_with_its_reason(lin, client_of):
    makers.walk(lin, until="sign", partner=Partner.objects.get(code="CN"))

    page = client_of(lin).get("/agreements/?as_of=2024-12-31").text

    assert "/partners/TH/" in page and 'data-s="0"' in page
