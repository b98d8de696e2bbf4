"""Opening a file by the right path, editing it, and adding rounds, progress, links and documents."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from django.utils.html import strip_tags

from agreements.actions import update_progress
from agreements.lifecycle import Answers, path_of, propose
from agreements.models import Agreement
from tests import makers
from tracker.models import Document, Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def words(answer):
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def described(**more):
    """What a browser sends from the form of registration."""
    today = timezone.localdate()
    partner = makers.partner()
    return {
        "key": str(uuid.uuid4()),
        "partner": str(partner.pk),
        "subjects": ["criminal_mla", "extradition"],
        "title_zh": "與甲國刑事司法互助條約",
        "title_en": "",
        "has_ratification_clause": "yes",
        "touches_rights": "yes",
        "lead": "foreign_affairs",
        "lead_name": "",
        "co_lead": "",
        "lead_consent": "",
        "opened_on_year": str(today.year - 1911),
        "opened_on_month": str(today.month),
        "opened_on_day": str(today.day),
        "secrecy": "1",
        "act": "check",
    } | more


def register(client, data):
    return client.post("/agreements/new/", data, headers=ENGLISH)


@pytest.mark.parametrize(
    ("answers", "nature", "track"),
    [
        (Answers(True, True), "treaty", "T1"),
        (Answers(True, False), "treaty", "T1"),
        (Answers(True, None), "treaty", "T1"),
        (Answers(False, True), "treaty", "T2"),
        (Answers(False, True, has_proviso=True), "treaty", "T3"),
        (Answers(False, True, is_restricted=True), "treaty", "T2"),
        (Answers(False, False), "agreement", "A1"),
        (Answers(False, False, is_restricted=True), "agreement", "A2"),
        (Answers(None, True), "treaty", "undetermined"),
        (Answers(None, False), "", "undetermined"),
        (Answers(False, None), "", "undetermined"),
        (Answers(None, None), "", "undetermined"),
        (Answers(None, None, is_cross_strait=True), "", "X"),
    ],
)
def test_the_answers_propose_nature_and_track_each_reason_with_its_article(answers, nature, track):
    proposal = propose(answers)

    assert (proposal.nature, proposal.track) == (nature, track)
    assert proposal.reasons
    assert all(basis.article for _words, basis in proposal.reasons)


@pytest.mark.parametrize("track", ["T1", "T2", "T3", "A1", "A2", "X"])
def test_the_path_laid_out_is_one_that_can_be_walked(track):
    nature = {"T": "treaty", "A": "agreement", "X": ""}[track[0]]
    names = [step.name for step in path_of(track, nature)]
    mei = makers.mei()
    file = makers.agreement(mei, track=track, nature=nature)

    for place, name in enumerate(names):
        makers.step(mei, file, name, date(2024, 1, 10) + timedelta(days=place))

    assert [row.step for row in file.milestones.order_by("order")] == names


def test_the_check_page_lays_out_the_path_with_its_articles_and_writes_nothing(client_of):
    page = words(register(client_of(makers.mei()), described()))

    assert "Nature Treaty Track Treaty with a ratification clause" in page
    assert "A clause on ratification, acceptance, approval or accession makes it a treaty." in page
    assert "Conclusion of Treaties Act, art. 3(1)2" in page
    steps = [page.index(name) for name in ("Open talks", "Initial the text", "Promulgate")]
    assert steps == sorted(steps)
    assert "starts the period “Submit to the Executive Yuan for transmission to the Legislative Yuan”" in page
    assert not Agreement.objects.exists()


def test_registering_opens_the_file_as_proposed_once(client_of):
    data = described() | {"act": "take", "accept": "proposed"}
    client = client_of(makers.mei())

    answers = [register(client, data) for _time in range(2)]

    file = Agreement.objects.get()
    assert (file.nature, file.track, file.stage, file.subject_codes) == (
        "treaty",
        "T1",
        "10",
        ["criminal_mla", "extradition"],
    )
    assert (file.has_ratification_clause, file.touches_rights) == (True, True)
    assert [answer["Location"] for answer in answers] == [file.get_absolute_url()] * 2
    assert Entry.objects.filter(verb="agreement.register").count() == 1


def test_a_doubtful_nature_stays_undetermined_and_says_who_decides(client_of):
    client = client_of(makers.mei())
    data = described(has_ratification_clause="unknown", touches_rights="unknown")

    page = words(register(client, data))
    register(client, data | {"act": "take"})

    file = Agreement.objects.get()
    assert "Foreign Affairs decides together with Justice and the lead agency" in page
    assert "art. 18" in page
    assert (file.nature, file.track, file.has_ratification_clause) == ("", "undetermined", None)


def test_the_officer_may_leave_open_what_was_proposed(client_of):
    register(client_of(makers.mei()), described() | {"act": "take", "accept": "undetermined"})

    file = Agreement.objects.get()
    assert (file.nature, file.track, file.has_ratification_clause) == ("", "undetermined", True)


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client_of):
    data = described(title_zh="", has_ratification_clause="", opened_on_year="199")
    del data["subjects"]

    answer = register(client_of(makers.mei()), data | {"title_en": "Treaty with Country A"})

    errors = answer.context["form"].errors
    assert set(errors) == {"subjects", "title_zh", "has_ratification_clause", "opened_on"}
    assert errors["subjects"] == ["Choose at least one subject."]
    assert "The day lies in the future" in errors["opened_on"][0]
    assert "Treaty with Country A" in answer.content.decode()
    assert "4 things to correct" in answer.content.decode()


def test_a_title_is_used_once_for_a_partner(client_of):
    mei = makers.mei()
    makers.agreement(mei, title_zh="與甲國刑事司法互助條約")

    answer = register(client_of(mei), described(act="take"))

    assert answer.context["form"].errors["title_zh"] == [
        "This partner already has an agreement with this Chinese title."
    ]


def test_the_title_of_a_hidden_agreement_is_taken_as_if_nobody_had_it(client_of):
    """AZ-17: without the check the refusal tells that there is an agreement of this title."""
    makers.agreement(makers.mei(), title_zh=described()["title_zh"], secrecy=Secrecy.RESTRICTED)
    low = makers.person("low", ministry="foreign_affairs", clearance=Secrecy.INTERNAL)

    answer = register(client_of(low), described(act="take"))

    assert (answer.status_code, Agreement.objects.count()) == (302, 2)


def test_justice_opens_only_what_it_leads(client_of):
    client = client_of(makers.jun())

    refused = register(client, described(act="take"))
    taken = register(client, described(act="take", lead="justice", lead_consent="外條字第 1 號"))

    (refusal,) = refused.context["form"].errors["lead"]
    assert refusal.startswith("Justice opens files that it leads or co-leads")
    assert taken.status_code == 302


def test_auditors_open_no_files(client_of):
    client = client_of(makers.auditor())

    assert (client.get("/agreements/new/").status_code, register(client, described()).status_code) == (
        403,
        403,
    )


def test_secrecy_is_offered_up_to_the_readers_clearance(client_of):
    person = makers.person("wen", ministry="foreign_affairs", clearance=Secrecy.INTERNAL)

    answer = client_of(person).get("/agreements/new/", headers=ENGLISH)

    assert [value for value, _label in answer.context["form"].fields["secrecy"].choices] == [0, 1]


def edited(file, **more):
    """What a browser sends from the form of editing, with some of it changed."""
    return {
        "key": str(uuid.uuid4()),
        "version": str(file.version),
        "title_zh": file.title_zh,
        "subjects": file.subject_codes,
        "nature": file.nature,
        "track": file.track,
        "has_ratification_clause": "unknown",
        "touches_rights": "unknown",
        "lead": file.lead,
        "co_lead": "",
        "secrecy": str(file.secrecy),
    } | more


def test_editing_keeps_both_values_in_the_history(client_of):
    mei = makers.mei()
    file = makers.agreement(mei)

    answer = client_of(mei).post(
        f"/agreements/{file.number}/edit/",
        edited(file, languages="中文、英文", subjects=["civil_mla"]),
        headers=ENGLISH,
    )

    file = Agreement.objects.get()
    entry = Entry.objects.get(verb="agreement.edit")
    assert answer["Location"] == file.get_absolute_url()
    assert (file.languages, file.subject_codes) == ("中文、英文", ["civil_mla"])
    assert entry.details["before"] == {"languages": "", "subjects": ["criminal_mla"]}


def test_after_signature_nature_and_track_are_a_supervisors(client_of):
    mei, lin = makers.mei(), makers.lin()
    file = makers.walk(mei, until="sign")
    data = edited(file, track="T2")
    where = f"/agreements/{file.number}/edit/"

    page = client_of(mei).get(where, headers=ENGLISH)
    client_of(mei).post(where, data)
    officer = Agreement.objects.get().track
    client_of(lin).post(where, data | {"version": Agreement.objects.get().version, "key": str(uuid.uuid4())})

    assert page.context["form"].fields["track"].disabled
    assert (officer, Agreement.objects.get().track) == ("T1", "T2")


def test_a_stale_edit_says_what_changed_and_keeps_what_was_typed(client_of):
    mei, lin = makers.mei(), makers.lin()
    file = makers.agreement(mei)
    data = edited(file, languages="中文、英文")
    update_progress(
        by=lin, agreement=file, confidence="on_track", court="lead", next_step="續談", today=makers.TODAY
    )

    answer = client_of(mei).post(f"/agreements/{file.number}/edit/", data, headers=ENGLISH)

    (sentence,) = answer.context["form"].non_field_errors()
    assert "Lin updated the progress: 續談" in sentence
    assert "中文、英文" in answer.content.decode()
    assert Agreement.objects.get().languages == ""


def test_a_round_of_talks_is_recorded_once(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks")
    data = {
        "key": str(uuid.uuid4()),
        "held_year": "113",
        "held_month": "3",
        "held_day": "",
        "medium": "video",
        "outcome": "交換草案",
        "open_articles": "",
    }
    where = f"/agreements/{file.number}/rounds/new/"

    client = client_of(mei)
    refused = client.post(where, data | {"outcome": "", "medium": ""}, headers=ENGLISH)
    answers = [client.post(where, data, headers=ENGLISH) for _time in range(2)]

    row = file.rounds.get()
    assert set(refused.context["form"].errors) == {"outcome", "medium"}
    assert (row.number, str(row.held), row.medium, row.open_articles) == (1, "2024-03", "video", None)
    assert [answer["Location"] for answer in answers] == [f"{file.get_absolute_url()}#rounds"] * 2


def test_rounds_end_with_the_talks(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="sign")

    assert client_of(mei).get(f"/agreements/{file.number}/rounds/new/").status_code == 403


def test_progress_is_said(client_of):
    mei = makers.mei()
    file = makers.agreement(mei)
    data = {
        "key": str(uuid.uuid4()),
        "confidence": "at_risk",
        "court": "partner",
        "next_step": "待對方回復草案",
    }

    answer = client_of(mei).post(f"/agreements/{file.number}/progress/", data, headers=ENGLISH)

    update = file.updates.get()
    assert answer["Location"] == f"{file.get_absolute_url()}#progress"
    assert (update.confidence, update.court, update.next_step) == ("at_risk", "partner", "待對方回復草案")


def test_an_earlier_agreement_is_linked_once_and_a_hidden_one_is_not_offered(client_of):
    lin = makers.lin()
    secret = makers.agreement(lin, title_zh="示例密約", secrecy=Secrecy.RESTRICTED)
    earlier = makers.agreement(lin, title_zh="示例舊協定")
    file = makers.agreement(lin)
    wen = makers.person("wen", ministry="foreign_affairs", clearance=Secrecy.INTERNAL)
    where = f"/agreements/{file.number}/links/new/"
    client = client_of(wen)

    def link(other):
        data = {"key": str(uuid.uuid4()), "kind": "renews", "earlier": str(other.pk)}
        return client.post(where, data, headers=ENGLISH)

    answers = [link(earlier), link(earlier), link(secret)]

    assert answers[0]["Location"] == f"{file.get_absolute_url()}#links"
    assert answers[1].context["form"].errors and answers[2].context["form"].errors
    assert "示例密約" not in answers[2].content.decode()
    assert list(file.links_back.values_list("earlier", "kind")) == [(earlier.pk, "renews")]


def test_documents_are_filed_with_the_secrecy_of_the_agreement_and_a_stricter_one_is_refused(client_of):
    mei = makers.mei()
    file = makers.agreement(mei, secrecy=Secrecy.INTERNAL)
    where = f"/agreements/{file.number}/documents/new/"
    level = str(int(Secrecy.INTERNAL))
    client = client_of(mei)
    key = str(uuid.uuid4())

    def send(**more):
        return client.post(where, {"key": key, "title": "", "secrecy": level} | more, headers=ENGLISH)

    nothing = send()
    mixed = send(
        files=[SimpleUploadedFile("會議紀錄.txt", "紀錄".encode()), SimpleUploadedFile("a.exe", b"MZ")]
    )
    waiting = Document.objects.get()
    kept = (waiting.about_model, "會議紀錄.txt" in words(mixed))
    stricter = send(secrecy=str(int(Secrecy.RESTRICTED)))
    filed = send(title="第三輪會議紀錄")

    document = Document.objects.get()
    assert nothing.context["form"].errors["files"] == ["Choose at least one file."]
    assert kept == ("tracker.submission", True)
    assert list(stricter.context["form"].errors) == ["secrecy"]
    assert filed["Location"] == f"{file.get_absolute_url()}#documents"
    assert (document.about_model, document.about_id, document.title, document.secrecy) == (
        "agreements.agreement",
        str(file.pk),
        "第三輪會議紀錄",
        Secrecy.INTERNAL,
    )


@pytest.mark.parametrize(
    "page", ["edit/", "rounds/new/", "progress/", "links/new/", "documents/new/", "sources/new/"]
)
def test_those_who_only_look_are_refused_at_every_form(client_of, page):
    file = makers.walk(makers.mei(), until="open_talks")
    client = client_of(makers.auditor())

    codes = [
        getattr(client, method)(f"/agreements/{file.number}/{page}").status_code for method in ("get", "post")
    ]

    assert codes == [403, 403]
    assert client.get(file.get_absolute_url()).status_code == 200


def test_a_further_source_is_kept_and_another_value_can_be_chosen(client_of):
    mei, auditor = makers.mei(), makers.auditor()
    file = makers.agreement(mei)
    client = client_of(mei)

    def add(value, source):
        data = {"key": str(uuid.uuid4()), "fact": "in_force", "value": value, "source": source}
        return client.post(
            f"/agreements/{file.number}/sources/new/", data | {"confidence": "high"}, headers=ENGLISH
        )

    lacking = add("2024-06", "")
    kept = [add("2024-06", "示例公報"), add("2024-06-07", "示例新聞")]
    other = file.sourced_facts.get(value="2024-06-07")
    where = f"/agreements/{file.number}/sources/{other.pk}/"
    refused = client_of(auditor).post(where)
    before = list(file.sourced_facts.filter(is_chosen=True).values_list("value", flat=True))
    chosen = client.post(where)

    page = words(client.get(file.get_absolute_url(), headers=ENGLISH))
    assert lacking.context["form"].errors["source"] == [
        "Say which source it is, so that others can look it up."
    ]
    assert [answer["Location"] for answer in (*kept, chosen)] == [f"{file.get_absolute_url()}#sources"] * 3
    assert (refused.status_code, before) == (403, ["2024-06"])
    assert "Enter into force 2024-06-07 chosen" in page
    assert "Mei chose the value of Enter into force: 2024-06-07" in page


def test_a_new_version_stands_before_the_old_one_which_can_still_be_read(client_of):
    mei = makers.mei()
    file = makers.agreement(mei)
    client = client_of(mei)

    def send(name, text, **more):
        upload = SimpleUploadedFile(name, text.encode())
        data = {"key": str(uuid.uuid4()), "title": "對案", "secrecy": "0", "files": [upload]}
        return client.post(f"/agreements/{file.number}/documents/new/", data | more, headers=ENGLISH)

    send("對案一.txt", "第一版")
    document = Document.objects.get()
    send("對案二.txt", "第二版", document=str(document.pk))

    page = words(client.get(file.get_absolute_url(), headers=ENGLISH))
    texts = [
        b"".join(client.get(f"/documents/{document.pk}/{n}/").streaming_content).decode() for n in (1, 2)
    ]
    assert [(row.number, row.name) for row in document.versions.all()] == [
        (2, "對案二.txt"),
        (1, "對案一.txt"),
    ]
    assert texts == ["第一版", "第二版"]
    assert Document.objects.count() == 1
    assert page.index("對案二.txt") < page.index("Version 1: 對案一.txt")
