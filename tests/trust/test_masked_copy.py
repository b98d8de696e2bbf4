"""PRI-3: the copy for testers holds no text of the original, holds together, and the application runs on it."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from agreements.actions.contacts import record_contact
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.actions.tasks import add_task
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import received, sent
from tests.makers import TODAY
from tests.sources import ROOT
from tracker import masking
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
PLANTED = {
    "name": "歐陽靖瑤測", "note": "紫藤巷口交付包裹", "subject": "琥珀航運帳戶流向", "title": "翡翠灣互助備忘", "task": "玄武街倉庫現勘",
    "reference": "QZX-VWKJ-VV", "office": "朱雀地方檢察署", "outcome": "麒麟會談紀要全文", "letter": "玳瑁字第琉璃珊瑚號", "user": "Qzwolfrx",
}  # fmt: skip


def grams(text):
    return {text[place : place + 4] for place in range(len(text) - 3)}


@pytest.fixture
def world():
    jun, chen, lin = makers.jun(), makers.justice_supervisor(), makers.lin()
    User.objects.filter(pk=jun.pk).update(name=PLANTED["user"], email=f"{PLANTED['user']}@example.test")
    case = case_makers.case(
        jun, officer=jun, subject=PLANTED["subject"], partner_reference=PLANTED["reference"],
        office=PLANTED["office"], secrecy=Secrecy.RESTRICTED, deadline=TODAY + timedelta(days=30),
    )  # fmt: skip
    add_person(by=jun, case=case, part="witness", name=PLANTED["name"])
    write_note(by=jun, case=case, text=PLANTED["note"])
    add_task(by=jun, case=case, words=PLANTED["task"], today=TODAY, assigned_to=jun)
    received(jun, case)
    sent(jun, chen, case, addressee=PLANTED["letter"])
    file = makers.agreement(lin, title_zh=PLANTED["title"])
    makers.step(lin, file, "open_talks", TODAY - timedelta(days=9))
    record_contact(by=lin, partner=file.partner, kind="visit", held=PartialDate.of(TODAY),
                   words=PLANTED["outcome"], today=TODAY)  # fmt: skip
    return case, file


def text_columns():
    for model in masking.copied_models():
        yield from (field for field in model._meta.concrete_fields if masking.holds_text(field))


def texts_of(file):
    """Every text of a copy: what any column of any table holds, whatever its type is said to be."""
    with contextlib.closing(sqlite3.connect(file)) as read:
        tables = read.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [
            str(value)
            for (table,) in tables
            for row in read.execute(f'SELECT * FROM "{table}"')
            for value in row
        ]


def everything(file):
    return "\n".join(texts_of(file))


def originals():
    """Every text of the source, whatever is done with it."""
    return {
        str(value)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if masking.holds_text(field)
        for value in model._base_manager.values_list(field.attname, flat=True)
        if value not in (None, "")
    }


def test_no_piece_of_a_planted_text_stands_in_the_copy(world, tmp_path):
    out = tmp_path / "copy.sqlite3"
    call_command("masked_copy", output=out)
    before, after = "\n".join(originals()), everything(out) + out.read_bytes().decode(errors="ignore")
    found = {place: [gram for gram in grams(text) if gram in after] for place, text in PLANTED.items()}

    assert {place: pieces for place, pieces in found.items() if pieces} == {}
    # The control: all but the name of the person, which lies encrypted, stand in the original.
    assert [place for place, text in PLANTED.items() if text not in before] == ["name"]


def test_no_text_of_the_original_stands_in_the_copy_but_what_was_reviewed(world, tmp_path):
    out = tmp_path / "copy.sqlite3"
    call_command("masked_copy", output=out)
    allowed = set()
    for field in text_columns():
        values = field.model._base_manager.values_list("pk", field.attname)
        codes = [code for code, _words in field.flatchoices]
        kept = f"{field.model._meta.label}.{field.name}" in masking.KEPT
        allowed |= {str(value) for _pk, value in values if kept or value in codes}
    copied = set(texts_of(out))
    texts = {
        text for text in originals() - allowed if len(text) >= 4 and not text.isdecimal()
    }  # a key tells nothing
    leaked = texts & copied

    assert leaked == set()


def test_every_text_column_is_masked_until_it_is_named_among_those_that_are_kept():
    kept = {f"{field.model._meta.label}.{field.name}" for field in text_columns()} & masking.KEPT
    planted = "琥珀航運帳戶流向"
    unmasked = [
        f"{field.model._meta.label}.{field.name}"
        for field in text_columns()
        if f"{field.model._meta.label}.{field.name}" not in kept
        if grams(planted) & grams(str(masking.masked(field, planted, 7)))
    ]
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    named = {place.rpartition(".")[0] for place in masking.KEPT | set(masking.SHAPED)}

    assert unmasked == []
    assert (sorted(masking.LEFT_OUT - labels), sorted(named - labels)) == ([], [])
    assert masking.KEPT - kept <= {
        place for place in masking.KEPT if place.rpartition(".")[0] in masking.LEFT_OUT
    }


def test_the_copy_holds_together_and_its_guards_stand(world, tmp_path):
    out = tmp_path / "copy.sqlite3"
    call_command("masked_copy", output=out)
    with contextlib.closing(sqlite3.connect(out)) as read:
        loose = read.execute("PRAGMA foreign_key_check").fetchall()
        triggers = read.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0]
        cases = read.execute("SELECT number, secrecy, subject FROM cases_case").fetchall()

    assert (loose, triggers > 10) == ([], True)
    assert [(bool(re.fullmatch(r"199-受-\d{7}", number)), level) for number, level, _subject in cases] == [
        (True, 2)
    ]
    assert out.stat().st_mode & 0o077 == 0


ON_THE_COPY = """
from django.test import Client
from agreements.models import Agreement
from cases.models import Case
from tracker.models import User
client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get(role="officer", ministry="justice"), backend="tracker.signedin.Backend")
places = ["/cases/", "/cases/home/", "/agreements/", Case.objects.get().get_absolute_url(),
          Agreement.objects.get().get_absolute_url(), Case.objects.get().get_absolute_url() + "letters/"]
print("answers", [client.get(place).status_code for place in places])
"""


def test_the_application_runs_on_the_copy(world, tmp_path):
    out = tmp_path / "copy.sqlite3"
    call_command("masked_copy", output=out)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{out}", "DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", ON_THE_COPY],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ("answers [200, 200, 200, 200, 200, 200]" in done.stdout, done.stderr[-2000:]) == (True, "")


def test_a_file_that_is_there_stays_as_it_is(tmp_path):
    out = tmp_path / "copy.sqlite3"
    out.write_text("示例")
    with pytest.raises(CommandError):
        call_command("masked_copy", output=out)

    assert out.read_text() == "示例"
