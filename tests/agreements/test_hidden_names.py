"""What is hidden is not named either: not in the recent changes of the first page, nor in the audit trail's list."""

import pytest
from django.urls import reverse

from agreements.actions import link
from agreements.home import home_page
from agreements.models import AgreementLink
from agreements.standing import office
from tests import makers

pytestmark = pytest.mark.django_db


def test_recent_changes_do_not_name_a_hidden_agreement_that_was_linked():
    mei = makers.mei()
    later = makers.agreement(mei, title_zh="公開文本")
    hidden = makers.agreement(mei, title_zh="秘密文本", secrecy=2)
    link(by=mei, later=later, earlier=hidden, kind=AgreementLink.Kind.values[0])

    page = home_page(reader=makers.stranger(), now=office(makers.TODAY), with_samples=False)

    assert [each.agreement for each in page.recent][:1] == [later]
    assert hidden.number not in page.recent[0].words


def test_the_list_of_audit_entries_does_not_name_what_its_reader_may_not_see(client_of):
    mei = makers.mei()
    makers.agreement(mei, title_zh="公開文本")
    hidden = makers.agreement(mei, title_zh="秘密文本", secrecy=2)

    administrator = makers.administrator()
    administrator.clearance = 0
    administrator.save()

    shown = client_of(administrator).get(reverse("admin:tracker_entry_changelist"))

    assert "公開文本" in shown.text
    assert "秘密文本" not in shown.text
    assert hidden.number not in shown.text
