"""Who leads an agreement: said of one, of a list, and by who may take its steps once it is signed."""

from copy import copy
from itertools import product

import pytest

from agreements.answering import agreements_answered_by, answering_for_agreement
from agreements.models import Agreement
from agreements.rules import may_take_step
from tests import makers
from tracker.roles import Ministry

pytestmark = pytest.mark.django_db
NAMED = ("", *Agreement.Lead.values)


def test_the_list_of_what_a_ministry_leads_is_what_it_may_move_once_it_is_signed_whoever_is_named():
    """All pairs of lead and joint lead. That neither ministry leads all or none of them is the control."""
    mei, lin, chen = makers.mei(), makers.lin(), makers.justice_supervisor()
    first = makers.agreement(mei)
    files = [copy(first) for _pair in range(len(NAMED) ** 2)]
    for place, (file, (lead, co_lead)) in enumerate(zip(files, product(NAMED, repeat=2), strict=True)):
        file.pk, file.number, file.title_zh = None, f"A-112-{900 + place}", f"示例{place}"
        file.lead, file.co_lead, file.stage = lead, co_lead, "35"
    first.delete()
    Agreement.objects.bulk_create(files)

    supervisors = {Ministry.FOREIGN_AFFAIRS: lin, Ministry.JUSTICE: chen}
    led = {ministry: set(Agreement.objects.led_by(ministry)) for ministry in Ministry}

    assert {ministry: len(some) for ministry, some in led.items()} == {
        Ministry.FOREIGN_AFFAIRS: 12,
        Ministry.JUSTICE: 7,
    }
    for ministry, boss in supervisors.items():
        assert led[ministry] == {file for file in files if may_take_step(boss, file)}
        assert led[ministry] == {file for file in files if file.is_led_by(ministry)}
        assert led[ministry] == set(agreements_answered_by(boss))
        assert led[ministry] == {file for file in files if boss in answering_for_agreement(str(file.pk))[0]}
    assert [set(agreements_answered_by(one)) for one in (mei, makers.auditor())] == [set(), set()]
