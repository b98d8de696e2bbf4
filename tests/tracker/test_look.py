"""What frames every page: who is signed in, where one is, forms and their errors, sign-in and error pages."""

import re

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils.translation import override

from tests import makers
from tracker.context import Here, page
from tracker.fields import PartialDateFormField, RocDateWidget
from tracker.models import User
from tracker.roles import Ministry, Role


class StepForm(forms.Form):
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    on = PartialDateFormField(label="Day", widget=RocDateWidget)
    letter = forms.CharField(label="Letter", help_text="As printed.")
    note = forms.CharField(label="Note", required=False)
    urgent = forms.BooleanField(label="Urgent", required=False)
    key = forms.CharField(widget=forms.HiddenInput)


def squeezed(html):
    return re.sub(r">\s+<", "><", html)


def request_at(view_name, user=None):
    request = RequestFactory().get("/")
    *namespaces, url_name = view_name.split(":")
    request.resolver_match = ResolverMatch(lambda: None, (), {}, url_name, namespaces=namespaces)
    request.user = user or AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("view_name", "section"),
    [
        ("home", "home"),
        ("cases:home", "home"),
        ("agreements:board", "agreements"),
        ("agreements:detail", "agreements"),
        ("agreements:partner", "partners"),
        ("cases:new", "cases"),
        ("reports:priorities", "reports"),
        ("search", ""),
    ],
)
def test_a_page_knows_its_section(view_name, section):
    assert page(request_at(view_name)) == {"here": Here(section=section)}


def test_a_request_without_address_and_user_has_a_page_too():
    assert page(RequestFactory().get("/")) == {"here": Here()}


@pytest.mark.parametrize(
    ("role", "ministry", "here"),
    [
        (Role.OFFICER, Ministry.JUSTICE, Here("cases", "Ministry of Justice, Officer", True, True)),
        (Role.SUPERVISOR, Ministry.JUSTICE, Here("cases", "Ministry of Justice, Supervisor", True, True)),
        (Role.AUDITOR, "", Here("cases", "Auditor", False, True)),
        (Role.ADMINISTRATOR, "", Here("cases", "Administrator", False, False)),
    ],
)
def test_a_page_says_who_reads_it_and_offers_the_quick_link_to_writers_only(role, ministry, here):
    reader = User(name="Jun", role=role, ministry=ministry)
    with override("en"):
        assert page(request_at("cases:list", reader)) == {"here": here}


def test_a_reader_can_be_without_single_keys():
    reader = User(name="Jun", role=Role.AUDITOR, has_single_keys=False)
    assert page(request_at("cases:list", reader))["here"].has_keys is False


def test_a_field_has_its_label_above_and_says_when_it_is_optional():
    with override("en"):
        assert squeezed(StepForm()["note"].as_field_group()) == (
            '<div class="field"><label for="id_note">Note<span class="optional">(optional)</span></label>'
            '<input type="text" name="note" id="id_note"></div>'
        )


def test_a_refused_field_repeats_its_error_with_icon_and_description():
    """ERR-1."""
    with override("en"):
        assert squeezed(StepForm({})["letter"].as_field_group()) == (
            '<div class="field err"><label for="id_letter">Letter</label>'
            '<div class="hint" id="id_letter_helptext">As printed.</div>'
            '<div id="id_letter_error"><p class="msg">'
            '<svg class="i" aria-hidden="true"><use href="/static/icons.svg#i-alert-triangle"></use></svg>'
            '<span><span class="vh">Error: </span>This field is required.</span></p></div>'
            '<input type="text" name="letter" required aria-invalid="true" '
            'aria-describedby="id_letter_helptext id_letter_error" id="id_letter"></div>'
        )


def test_a_set_of_choices_is_a_fieldset_described_by_its_error():
    with override("en"):
        group = squeezed(StepForm({})["kind"].as_field_group())
    assert group.startswith(
        '<fieldset class="field err" aria-describedby="id_kind_error"><legend class="lbl">'
    )
    assert group.endswith("</fieldset>")


def test_a_tick_box_stands_before_its_label():
    assert squeezed(StepForm()["urgent"].as_field_group()) == (
        '<div class="field"><div class="opt"><input type="checkbox" name="urgent" id="id_urgent"><div>'
        '<label for="id_urgent">Urgent</label></div></div></div>'
    )


def test_the_error_summary_links_each_error_to_a_field_that_is_there():
    form = StepForm({})
    with override("en"):
        summary = render_to_string("components/form_errors.html", {"form": form})
    drawn = summary + str(form)
    assert "5 things to correct" not in summary
    assert "4 things to correct" in summary
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["id_kind_0", "id_on", "id_letter"]
    assert [target for target in targets if f'id="{target}"' not in drawn] == []


def test_a_form_without_errors_has_no_summary():
    assert render_to_string("components/form_errors.html", {"form": StepForm()}).strip() == ""


def test_a_whole_form_draws_every_field_and_what_is_wrong_with_hidden_ones():
    drawn = str(StepForm({}))
    names = set(re.findall(r'name="([a-z_]+)"', drawn))
    assert {"kind", "letter", "note", "urgent", "key"} <= names
    with override("en"):
        assert "(Hidden field key) This field is required." in str(StepForm({}))


def test_a_figure_without_data_says_so_instead_of_zero():
    text = '{% include "components/figure.html" with label="Seized" value=value url="/x/" only %}'
    with override("en"):
        assert squeezed(Template(text).render(Context({"value": None}))).strip() == (
            '<div><dt>Seized</dt><dd class="v"><span class="nil">no data</span></dd></div>'
        )
        assert '<a href="/x/">0</a>' in Template(text).render(Context({"value": 0}))


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/accounts/password/reset/"]
)
@pytest.mark.parametrize(("language", "lang"), [("zh-hant", "zh-Hant-TW"), ("en", "en")])
@pytest.mark.django_db
def test_pages_before_the_door_have_our_frame_one_heading_and_their_language(address, language, lang):
    answer = Client().get(address, headers={"accept-language": language})
    text = answer.content.decode()
    assert f'<html lang="{lang}">' in text
    assert [text.count(mark) for mark in ("<h1", "<main", '<header class="mast"', "<footer", "<nav")] == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert 'href="/accounts/signup/' not in text


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/change/", "/accounts/logout/", "/accounts/email/", "/accounts/reauthenticate/"],
)
@pytest.mark.django_db
def test_account_pages_behind_the_door_have_our_frame_and_navigation(client_of, address):
    person = makers.mei()
    person.set_password("correct horse battery")
    person.save()
    text = client_of(person).get(address).content.decode()
    assert [text.count(mark) for mark in ("<h1", "<main", '<nav class="nav"', "<footer")] == [1, 1, 1, 1]


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_what_to_do_in_our_frame(client_of):
    answer = client_of(makers.mei()).get("/nowhere/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "<h1>No such page</h1>" in text
    assert '<nav class="nav"' in text


@pytest.mark.django_db
def test_a_stale_form_is_answered_with_what_to_do():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "<h1>The form was not accepted</h1>" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_last_resort_needs_no_request_and_speaks_both_languages(name):
    with override("en"):
        in_english = render_to_string(name)
    with override("zh-hant"):
        assert render_to_string(name) == in_english
    assert '<html lang="zh-Hant-TW">' in in_english
    assert '<section lang="en">' in in_english


@pytest.mark.django_db
def test_the_language_can_be_chosen_before_signing_in():
    client = Client()
    answer = client.post("/language/", {"language": "en", "next": "/accounts/login/"}, follow=True)
    assert "<h1>Sign in</h1>" in answer.content.decode()


@pytest.mark.django_db
def test_signing_out_needs_a_form():
    client = Client()
    client.force_login(makers.mei(), backend="tracker.signedin.Backend")
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
