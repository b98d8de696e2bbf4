"""SEC-6: copies of what is confidential say on every page whose they are and for what they may be used."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from agreements.models import Agreement
from cases.actions.letters import print_letter
from reports.actions.brief import make_brief
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import drafted, sent
from tests.makers import TODAY
from tests.pdfreader import read_pdf
from tracker.copies import copy_note
from tracker.models import Entry, Look
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
AT = datetime(2025, 3, 20, 2, 5, tzinfo=UTC)
LONG = tuple(("", f"示例段落{place}，" + "內容" * 200 + "。", "Sample. " * 100) for place in range(4))


def printed_letter(by, level, **fields):
    letter = drafted(by, case_makers.case(by, secrecy=level, officer=by), paragraphs=LONG)
    return read_pdf(print_letter(by=by, letter=letter, form="pdf", **fields)).pages


def without_breaks(text):
    return "".join(text.split())


def lacking(pages, note):
    """The pages on which a line of the note is missing."""
    return [
        place
        for place, page in enumerate(pages)
        if not all(without_breaks(line) in without_breaks(page) for line in note)
    ]


@pytest.mark.parametrize("as_note", [False, True])
def test_every_page_of_a_restricted_letter_says_whose_copy_it_is(as_note):
    jun = makers.jun()
    pages = printed_letter(jun, Secrecy.RESTRICTED, as_note=as_note)
    entry = Entry.objects.get(verb="letter.print")
    with translation.override("en" if as_note else "zh-hant"):
        note = copy_note(Secrecy.RESTRICTED, number=entry.pk, reader=jun, at=entry.at)

    assert len(pages) > 1
    assert lacking(pages, note) == []
    assert str(entry.pk) in note[0] and str(jun) in note[0]


def test_an_ordinary_letter_has_none_of_it():
    """The control: the note would be missed."""
    jun = makers.jun()
    pages = printed_letter(jun, Secrecy.ORDINARY)
    with translation.override("zh-hant"):
        note = copy_note(Secrecy.RESTRICTED, number=1, reader=jun, at=AT)

    assert lacking(pages, note[1:]) == list(range(len(pages)))
    assert copy_note(Secrecy.INTERNAL, number=1, reader=jun, at=AT) == ()


def test_what_was_sent_is_handed_out_as_it_was_kept():
    jun, chen = makers.jun(), makers.justice_supervisor()
    letter = sent(jun, chen, case_makers.case(jun, secrecy=Secrecy.RESTRICTED))
    first, second = (print_letter(by=by, letter=letter, form="pdf") for by in (jun, chen))

    assert first == second


def test_every_page_of_a_brief_that_tells_of_something_restricted_says_whose_it_is():
    lin = makers.lin()
    secret, open_ = makers.partner("XA"), makers.partner("XB")
    makers.agreement(lin, title_zh="示例", partner=secret, secrecy=Secrecy.RESTRICTED)
    told = {"by": lin, "as_of": TODAY, "language": "en", "form": "pdf", "made_at": AT}
    pages = read_pdf(make_brief(partner=secret, **told)).pages
    entry = Entry.objects.get(verb="partner.brief")
    plain = read_pdf(make_brief(partner=open_, **told)).pages
    with translation.override("en"):
        note = copy_note(Secrecy.RESTRICTED, number=entry.pk, reader=lin, at=AT)

    assert lacking(pages, note) == []
    assert lacking(plain, note[1:]) == list(range(len(plain)))
    assert Agreement.objects.count() == 1


@pytest.mark.parametrize(("level", "is_noted"), [(Secrecy.RESTRICTED, True), (Secrecy.INTERNAL, False)])
def test_a_page_that_is_printed_bears_the_number_that_its_look_keeps(client_of, level, is_noted):
    jun = makers.jun()
    case = case_makers.case(jun, secrecy=level)
    answer = client_of(jun).get(case.get_absolute_url(), HTTP_ACCEPT_LANGUAGE="en")
    look = Look.objects.get(about_model="cases.case", about_id=str(case.pk))

    assert (f"Copy no. {look.request_id[:12]} · {jun}" in answer.text) == is_noted
    assert ("articles 16 and 32" in answer.text) == is_noted
