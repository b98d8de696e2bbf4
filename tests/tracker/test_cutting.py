"""UNI-5: lengths count characters as people write them, and nothing is cut within one."""

import unicodedata

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.forms.intake import IntakeForm
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tracker.cutting import cut

RARE = "𠮷"
PIECES = st.sampled_from(["甲", "e\u0301", "葛\U000e0100", "👩\u200d⚖\ufe0f", "👍🏽", "ก็", "a", RARE])


@given(st.lists(PIECES, max_size=12), st.integers(1, 30))
def test_a_text_is_cut_between_characters_and_as_late_as_that_allows(pieces, most):
    text = "".join(pieces)
    ends = [sum(map(len, pieces[:number])) for number in range(len(pieces) + 1)]
    last = max(end for end in ends if end <= most)

    assert cut(text, most) == (text[:last] or text[:most])


def test_a_plain_slice_would_leave_half_of_a_character():
    """The control."""
    text = "葛\U000e0100"

    assert (text[:1], cut("甲" + text, 2)) == ("葛", "甲")
    assert unicodedata.category(text[1]) == "Mn"


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False)])
def test_as_many_rare_characters_fit_as_plain_ones(more, is_taken):
    jun = makers.jun()
    text = RARE * (Case._meta.get_field("subject").max_length + more)

    form = IntakeForm({"subject": text}, by=jun, today=makers.TODAY)
    errors = form.errors.get("subject", [])
    kept = case_makers.case(jun, subject=text).subject if is_taken else ""

    assert (errors == [], kept) == (is_taken, text if is_taken else "")


@pytest.mark.django_db
def test_no_page_lets_the_browser_cut_what_is_typed(client):
    """A browser counts a rare character as two, and cuts what is pasted without saying so."""
    client.force_login(makers.jun())

    page = client.get(reverse("cases:new")).text

    assert 'name="subject"' in page
    assert "maxlength" not in page
