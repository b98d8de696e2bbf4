"""What is hidden is not named either: not in the recent changes of the first page, nor in the lists of entries and papers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.actions import attach, edit, link
from agreements.home import home_page
from agreements.models import AgreementLink
from agreements.standing import office
from tests import makers
from tracker.models import User
from tracker.roles import Secrecy

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


def test_papers_of_an_agreement_that_was_raised_are_listed_to_those_who_are_cleared_for_it(client_of):
    """The papers keep their own level when the agreement is raised, and are hidden with it all the same."""
    lin, head = makers.lin(), makers.justice_supervisor()
    raised, other = (makers.agreement(lin, title_zh=title) for title in ("示例一", "示例二"))
    papers = []
    for file, name in ((raised, "升密前"), (other, "公開")):
        upload = SimpleUploadedFile(f"{name}檔.txt", "示例".encode())
        papers.append(attach(by=lin, agreement=file, upload=upload, title=f"{name}題"))
    edit(by=lin, agreement=raised, today=makers.TODAY, secrecy=Secrecy.RESTRICTED, declassify_when="示例")
    papers[0].refresh_from_db()
    assert papers[0].secrecy == Secrecy.ORDINARY
    User.objects.update(is_staff=True)
    uncleared = [makers.administrator(), lin]
    User.objects.filter(pk__in=[one.pk for one in uncleared]).update(clearance=Secrecy.ORDINARY)

    def seen_by(person: User) -> list[bool]:
        client = client_of(person)
        lists = "".join(
            client.get(reverse(f"admin:tracker_{name}_changelist")).text
            for name in ("document", "documentversion")
        )
        versions = [paper.versions.get() for paper in papers]
        pages = [reverse("admin:tracker_document_change", args=[paper.pk]) for paper in papers]
        pages += [reverse("admin:tracker_documentversion_change", args=[one.pk]) for one in versions]
        words = ("升密前題", "公開題", "升密前檔", "公開檔")
        return [word in lists for word in words] + [client.get(page).status_code == 200 for page in pages]

    assert [seen_by(one) for one in uncleared] == [[False, True] * 4] * 2
    assert seen_by(head) == [True] * 8
