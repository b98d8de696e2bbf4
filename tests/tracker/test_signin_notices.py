"""What a person is told about the own account: by mail, at the sign-in, and on its page (ASVS 6.3.5, 6.3.7)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests import makers
from tracker.models import User
from tracker.people.actions import name_substitute
from tracker.signin import actions, notices

pytestmark = pytest.mark.django_db
GOOD, NEW = "Quill-73 lantern marsh", "Amber-41 fog harbour"
LOGIN = "/accounts/login/"


@pytest.fixture
def mei():
    mei = makers.mei()
    mei.email = "mei@office.example"
    mei.set_password(GOOD)
    mei.save()
    return mei


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Do something, and answer with the sentences of the mails that left for it."""

    def during(deed) -> list[str]:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        notices.SENDER.submit(int).result()  # the thread sends in turn
        return [one.body.split("\n")[0][-40:] for one in mail.outbox[before:]]

    return during


def sign_in(client: Client, password: str = GOOD):
    return client.post(LOGIN, {"login": "mei", "password": password})


def ends(sent: list[str], what: str) -> bool:
    """Whether one mail left and tells this; the office's own language is that of the mails."""
    with translation.override(notices.MAIL_LANGUAGE):
        return [one.endswith(str(notices.TOLD[what])[-30:]) for one in sent] == [True]


def warnings_of(client: Client) -> int:
    """How many warnings the next page shows."""
    shown = client.get(reverse("myself")).context["messages"]
    return [one.level_tag for one in shown].count("warning")


def test_a_browser_not_seen_before_is_told_and_a_known_one_is_not(client, mei, told):
    assert ends(told(lambda: sign_in(client)), "new_browser")
    client.post(reverse("account_logout"))
    assert told(lambda: sign_in(client)) == []


def test_the_fifth_wrong_password_is_told_once(mei, told):
    four = told(lambda: [actions.try_password(name="mei", password=NEW) for _n in range(4)])
    fifth = told(lambda: actions.try_password(name="mei", password=NEW))
    later = told(lambda: actions.try_password(name="mei", password=NEW))

    assert (four, ends(fifth, "locked"), later) == ([], True, [])


@pytest.mark.parametrize(
    ("what", "deed"),
    [
        ("password", lambda mei: actions.change_password(by=mei, person=mei, password=NEW)),
        ("codes", lambda mei: actions.renew_recovery_codes(by=mei)),
        ("factor_added", lambda mei: actions.add_passkey(by=mei, name="key", credential={})),
    ],
)
def test_what_changes_how_one_signs_in_is_told_by_mail(mei, told, what, deed):
    assert ends(told(lambda: deed(mei)), what)


def test_factors_taken_off_by_two_others_are_told_to_their_person(mei, told):
    reset = actions.ask_factor_reset(by=makers.administrator(), person=mei, reason="lost")
    second = makers.person("second", role="administrator")

    assert ends(
        told(lambda: actions.decide_factor_reset(by=second, reset=reset, confirm=True)), "factors_reset"
    )


def test_a_link_with_the_single_sign_on_and_its_end_are_told_to_their_person(mei, told, settings):
    settings.OIDC = settings.OIDC | {"issuer": "https://login.example"}
    boss, second = makers.administrator(), makers.person("second", role="administrator")
    asked = actions.ask_link(by=boss, person=mei, subject="of-mei")

    assert ends(told(lambda: actions.decide_link(by=second, reset=asked, confirm=True)), "identity")
    assert ends(told(lambda: actions.unlink_identity(by=boss, person=mei)), "identity")


def test_a_substitute_whom_somebody_else_named_is_told_to_the_absent_person(mei, told):
    other, now = makers.person("hua", ministry=mei.ministry), timezone.now()
    given = {"person": mei, "substitute": other, "starts_at": now, "ends_at": now + timedelta(days=1)}

    assert told(lambda: name_substitute(by=mei, **given)) == []
    assert ends(told(lambda: name_substitute(by=makers.lin(), **given)), "substitute")


def test_a_mail_holds_no_name_and_no_secret_and_without_an_address_none_leaves(mei, told):
    codes = []
    told(lambda: codes.extend(actions.renew_recovery_codes(by=mei)))
    body = mail.outbox[-1].subject + mail.outbox[-1].body
    mei.email = ""
    mei.save()

    assert [word for word in (*codes, mei.name, mei.username) if word in body] == []
    assert told(lambda: actions.renew_recovery_codes(by=mei)) == []


def test_a_mail_server_that_refuses_stops_nothing(mei, told, settings):
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"port": 1}}
    }

    assert told(lambda: actions.change_password(by=mei, person=mei, password=NEW)) == []
    assert User.objects.get(pk=mei.pk).check_password(NEW)


def test_refusals_since_the_last_sign_in_are_told_once_at_the_next(client, mei):
    sign_in(client)
    client.post(reverse("account_logout"))
    for _n in range(2):
        sign_in(Client(), NEW)
    sign_in(client)
    assert warnings_of(client) == 1
    client.post(reverse("account_logout"))
    sign_in(client)

    assert warnings_of(client) == 0


def test_the_own_page_tells_what_last_happened_with_the_account_and_of_nobody_else(client_of, mei):
    jun = makers.jun()
    actions.change_password(by=jun, person=jun, password=NEW)
    actions.add_passkey(by=mei, name="key", credential={})

    newest = client_of(mei).get(reverse("myself")).context["newest"]

    verbs = [entry.verb for entry, _words in newest]
    assert verbs[:1] == ["person.add_factor"] and "person.change_password" not in verbs
    assert {entry.about_id for entry, _words in newest} == {str(mei.pk)}


def test_after_the_password_is_changed_the_page_that_was_asked_for_is_opened(client, mei):
    User.objects.filter(pk=mei.pk).update(must_change_password=True)
    sign_in(client)
    client.get("/search/?q=%E7%94%B2")
    done = client.post(
        reverse("account_change_password"), {"oldpassword": GOOD, "password1": NEW, "password2": NEW}
    )

    assert client.get(done["Location"])["Location"] == "/search/?q=%E7%94%B2"
    assert client.get(reverse("home"))["Location"] != "/search/?q=%E7%94%B2"
