"""Passwords: the two profiles, no truncation, any script, the list of known ones (AUT-7), and how they are hashed."""

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher, get_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from tests import makers
from tracker.models import Entry, FormerPassword, User
from tracker.signin import actions, passwords

pytestmark = pytest.mark.django_db
GOOD = "Quill-73 lantern marsh"


class QuickNormalised(passwords.Normalised, MD5PasswordHasher):
    """The hasher of the tests with the normalisation of the real one."""


@pytest.fixture
def tw_high(settings):
    settings.PASSWORD_PROFILE = "tw-high"


def codes(password: str, user: User | None = None) -> list[str]:
    """The codes of what is wrong with a password."""
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return [error.code for error in refused.error_list]
    return []


def change(client, old: str, new: str):
    fields = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), fields)


def test_the_real_hasher_is_argon2id_with_stated_parameters():
    kept = passwords.Argon2().encode("lantern", "saltsaltsalt")

    assert kept.startswith("argon2$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.Argon2().verify("lantern", kept)
    assert not passwords.Argon2().verify("lanterm", kept)


def test_a_password_typed_in_another_unicode_form_is_the_same():
    kept = passwords.Argon2().encode("cafe\u0301 示例", "saltsaltsalt")

    assert passwords.Argon2().verify("caf\u00e9 示例", kept)


@pytest.mark.parametrize(
    ("required", "length", "wrong"),
    [
        (True, 11, ["password_too_short"]),
        (True, 12, []),
        (False, 14, ["password_too_short"]),
        (False, 15, []),
        (True, 1024, []),
        (True, 1025, ["password_too_long"]),
    ],
)
def test_twelve_characters_with_a_second_factor_and_fifteen_without(settings, required, length, wrong):
    settings.SIGN_IN_FACTORS_REQUIRED = required
    text = ("quillamberfogmossharbourtin" * 40)[:length]

    assert codes(text) == wrong


@pytest.mark.parametrize(
    "known",
    [
        "password1234567890",
        "waijiaobu2024!!!",
        "Fawubu-fawubu-2025",
        "外交部法務部司法互助一二三"[:10] + "12345678",
        "法務部法務部法務部法務部法務部",
        "j94rul1j4j94rul1j4",
        "ji32k7au4a83ji32k7au4a83",
        "Taiwan-Taiwan-2026!",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456123456123456",
        "iloveyou iloveyou iloveyou",
        "P@ssw0rd2026P@ssw0rd",
    ],
)
def test_known_passwords_and_those_of_office_words_are_refused(known):
    assert "password_known" in codes(known)


def test_each_of_the_20_000_known_passwords_is_refused_as_it_stands_and_said_twice():
    """AUT-7: the whole list that Django brings along, of whatever length; no other rule is asked here."""
    rule, accepted = passwords.NotKnown(), []
    for known in passwords.known_passwords():
        for typed in (known, known.upper(), known * 2):
            try:
                rule.validate(typed)
            except ValidationError as refused:
                assert refused.code == "password_known"
            else:
                accepted.append(typed)

    assert (accepted, len(passwords.known_passwords()) >= 19_000) == ([], True)


def test_a_password_that_is_not_on_the_list_is_accepted_by_the_same_question():
    """The control."""
    assert passwords.NotKnown().validate(GOOD) is None


def test_the_list_of_known_passwords_is_long_and_holds_the_offices_in_three_writings():
    assert len(passwords.known_passwords()) >= 3000
    assert {"外交部", "waijiaobu", "mofa"} <= set(passwords.OFFICE_WORDS)


@pytest.mark.parametrize(
    "own",
    [
        "夜雨敲窗燈影搖紅書卷冷茶煙一縷",
        "correct horse battery staple",
        "8301945527710386459920",
        "🌊🪶🌿🔭🧭🪁🎐🫧🍵🪷🎏🏮🗻🎋🐚",
    ],
)
def test_any_script_and_no_mixture_is_asked(own):
    assert codes(own) == []


def test_a_password_close_to_ones_own_name_is_refused(db):
    mei = makers.person("meihuang-treaty", ministry="justice")

    assert codes("meihuang-treaty1", mei) != []


@property_settings(max_examples=300)
@given(text=st.text(min_size=8, max_size=128))
def test_every_accepted_password_opens_the_account_in_either_unicode_form(text):
    kept = QuickNormalised().encode(text, "salt")

    for form in ("NFC", "NFD"):
        assert QuickNormalised().verify(unicodedata.normalize(form, text), kept)
    assert not QuickNormalised().verify(text[:-1], kept), "the last character counts"


@pytest.mark.parametrize(
    "new",
    ["ｆｕｌｌ ｗｉｄｔｈ 示例 ok", " leading and trailing ", "tab\tand é and e\u0301", "quill 示例" * 16],
)
def test_an_accepted_password_is_the_one_that_signs_in(client, client_of, settings, new):
    settings.SIGN_IN_FACTORS_REQUIRED = False
    mei = makers.mei()
    mei.set_password(GOOD)
    mei.save()
    changed = change(client_of(mei), GOOD, new)

    answer = client.post(reverse("account_login"), {"login": "mei", "password": new})

    assert (changed.status_code, answer.status_code) == (302, 302)


def test_the_plain_profile_asks_no_mixture_and_no_age(client_of):
    mei = makers.mei()

    assert codes("only small letters here ok", mei) == []
    assert not passwords.is_too_old(mei, now=timezone.now() + timedelta(days=9999))


def test_the_high_profile_asks_three_kinds_of_characters(tw_high):
    assert codes("only small letters here") == ["password_not_mixed"]
    assert codes("Only three kinds here") == []
    assert codes("示例夜雨敲窗燈影搖紅書卷冷茶煙") == ["password_not_mixed"]
    assert codes("夜雨敲窗燈影搖紅書卷冷茶煙Ab") == []


def test_the_high_profile_refuses_the_last_three(tw_high):
    mei = makers.mei()
    olds = [f"Quill-7{n} lantern marsh" for n in range(4)]
    for old in olds:
        actions.change_password(by=mei, person=mei, password=old)

    assert [codes(old, mei) for old in olds] == [[], *[["password_former"]] * 3]
    assert FormerPassword.objects.filter(person=mei).count() == 2


def test_the_plain_profile_lets_a_former_one_return():
    mei = makers.mei()
    actions.change_password(by=mei, person=mei, password=GOOD)

    assert codes(GOOD, mei) == []


def test_the_high_profile_has_a_least_age(client_of, tw_high):
    mei = makers.mei()
    with time_machine.travel("2026-03-02 01:00:00+00:00", tick=False):
        actions.change_password(by=mei, person=mei, password=GOOD)
    with time_machine.travel("2026-03-03 00:59:00+00:00", tick=False):
        early = change(client_of(mei), GOOD, "Amber-41 fog harbour")
    with time_machine.travel("2026-03-03 01:01:00+00:00", tick=False):
        late = change(client_of(mei), GOOD, "Amber-41 fog harbour")

    assert (early.status_code, late.status_code) == (200, 302)


def test_the_high_profile_leads_people_with_an_old_password_to_its_change(client_of, tw_high):
    mei = makers.mei()
    with time_machine.travel("2026-03-02 01:00:00+00:00", tick=False):
        actions.change_password(by=mei, person=mei, password=GOOD)
    client = client_of(mei)
    seen = []
    for moment in ("2026-05-31 00:59:00+00:00", "2026-05-31 01:01:00+00:00"):
        with time_machine.travel(moment, tick=False):
            client.force_login(mei, backend="tracker.signedin.Backend")
            seen.append(client.get(reverse("search")).headers.get("Location"))

    assert seen == [None, reverse("account_change_password")]


def test_a_first_password_is_changed_before_anything_is_shown(client, client_of):
    """AUT-14: what somebody else chose opens nothing but the page on which it is changed."""
    mei = makers.mei()
    mei.set_password(GOOD)
    mei.must_change_password = True
    mei.save()
    client.post(reverse("account_login"), {"login": "mei", "password": GOOD})
    before = client.get(reverse("search"))

    change(client, GOOD, "Amber-41 fog harbour")

    assert before["Location"] == reverse("account_change_password")
    assert client.get(reverse("search")).status_code == 200
    assert Entry.objects.filter(verb="person.change_password", about_id=str(mei.pk)).count() == 1


@pytest.mark.parametrize("old", ["Wrong-73 lantern marsh", GOOD])
def test_the_admins_own_page_neither_compares_nor_sets_a_password_but_leads_to_the_one_page(client_of, old):
    """A guess there would be counted by nobody, and a right one would leave no entry, no mail and no former password."""
    boss = makers.administrator()
    boss.set_password(GOOD)
    boss.save()
    client = client_of(boss)
    new = "Amber-41 fog harbour"
    typed = {"old_password": old, "new_password1": new, "new_password2": new}

    answers = [client.get("/admin/password_change/"), client.post("/admin/password_change/", typed)]
    answers.append(client.get("/admin/password_change/done/"))

    boss.refresh_from_db()
    assert {answer["Location"] for answer in answers} == {reverse("account_change_password")}
    assert (boss.check_password(GOOD), boss.password_changed_at) == (True, None)


def test_a_changed_password_ends_the_other_sessions(client_of):
    mei = makers.mei()
    mei.set_password(GOOD)
    mei.save()
    here, elsewhere = client_of(mei), client_of(mei)

    change(here, GOOD, "Amber-41 fog harbour")

    assert here.get(reverse("search")).status_code == 200
    assert elsewhere.get(reverse("search")).status_code == 302


def test_the_tests_hash_quickly_and_the_house_does_not():
    assert get_hasher().algorithm == "md5"  # else the suite takes minutes
    assert make_password("x", hasher="argon2").startswith("argon2$")
