"""Who sees which case: clearance, sealed cases, drafts, and the administrator who sees none."""

import pytest
from django.contrib.auth.models import Permission

from cases.actions import save_draft
from cases.models import Case
from cases.rules import may_see_case
from tests import makers
from tests.cases import makers as case_makers
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases():
    """One case of each level and a draft, all of Qiu's."""
    qiu = case_makers.sealed_officer()
    made = {level.name: case_makers.case(qiu, secrecy=level) for level in Secrecy}
    return made | {"DRAFT": save_draft(by=qiu, intake=case_makers.intake())}


def person(who):
    made = {
        "mei": makers.mei,
        "jun": makers.jun,
        "stranger": makers.stranger,
        "auditor": makers.auditor,
        "administrator": lambda: makers.person(
            "administrator", role=Role.ADMINISTRATOR, clearance=Secrecy.SEALED
        ),
        "superuser": lambda: makers.person(
            "root", role=Role.ADMINISTRATOR, clearance=Secrecy.SEALED, is_superuser=True, is_staff=True
        ),
        "chief": lambda: case_makers.justice_supervisor(clearance=Secrecy.SEALED),
        "gone": lambda: makers.person("gone", ministry=Ministry.JUSTICE, is_active=False),
        "qiu": lambda: Case.objects.drafts().get().recorded_by,
    }
    return made[who]()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("mei", {"ORDINARY", "INTERNAL", "RESTRICTED"}),
        ("jun", {"ORDINARY", "INTERNAL", "RESTRICTED"}),
        ("auditor", {"ORDINARY", "INTERNAL", "RESTRICTED"}),
        ("stranger", {"ORDINARY"}),
        ("chief", {"ORDINARY", "INTERNAL", "RESTRICTED"}),
        ("administrator", set()),
        ("superuser", set()),
        ("gone", set()),
        ("qiu", {"ORDINARY", "INTERNAL", "RESTRICTED", "SEALED", "DRAFT"}),
    ],
)
def test_each_sees_what_the_clearance_allows_and_sealed_cases_only_their_officer(cases, who, seen):
    reader = person(who)

    visible = set(Case.objects.visible_to(reader))

    assert {name for name, case in cases.items() if case in visible} == seen
    assert {name for name, case in cases.items() if may_see_case(reader, case)} == seen


def test_an_officer_whose_clearance_was_lowered_loses_the_sealed_case(cases):
    qiu = person("qiu")
    qiu.clearance = Secrecy.INTERNAL
    qiu.save()

    assert cases["SEALED"] not in Case.objects.visible_to(qiu)


def test_no_permission_on_a_case_model_exists_that_could_be_given_to_anybody():
    assert Permission.objects.filter(content_type__app_label="agreements").exists()
    assert not Permission.objects.filter(content_type__app_label="cases").exists()


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("administrator", (403, 403, 403)),
        ("superuser", (403, 403, 403)),
        ("chief", (200, 200, 302)),
    ],
)
def test_the_admin_shows_cases_to_supervisors_of_justice_alone(cases, client_of, who, answers):
    reader = person(who)
    reader.is_staff = True
    reader.save()
    client = client_of(reader)

    paths = ("", f"{cases['RESTRICTED'].pk}/change/", f"{cases['SEALED'].pk}/change/")
    found = tuple(client.get(f"/admin/cases/case/{path}").status_code for path in paths)

    assert found == answers


def test_the_admin_lists_what_the_supervisor_may_see_and_writes_nothing(cases, client_of):
    chief = person("chief")
    chief.is_staff = True
    chief.save()
    client = client_of(chief)

    page = client.get("/admin/cases/case/").content.decode()
    change = client.post(f"/admin/cases/case/{cases['ORDINARY'].pk}/change/", {"subject": "改"})
    add = client.get("/admin/cases/case/add/")
    gone = client.post(f"/admin/cases/case/{cases['ORDINARY'].pk}/delete/", {"post": "yes"})

    assert [case.number in page for case in (cases["RESTRICTED"], cases["SEALED"])] == [True, False]
    assert [change.status_code, add.status_code, gone.status_code] == [403, 403, 403]
    assert Case.objects.get(pk=cases["ORDINARY"].pk).subject == "調取金融資料"


def test_the_administrators_first_admin_page_does_not_name_cases(cases, client_of):
    admin = makers.administrator()

    page = client_of(admin).get("/admin/").content.decode()

    assert "/admin/agreements/agreement/" in page
    assert "/admin/cases/" not in page
