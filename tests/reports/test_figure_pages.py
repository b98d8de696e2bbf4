"""The pages of the series: what they show, who adds, corrects and imports, and the books of an earlier day."""

import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.actions import add_figure, correct_figure
from reports.models import Figure, Series
from tests import makers
from tests.importpages import words
from tests.reports import figurefiles
from tracker.models import ImportBatch

LIST, HELP = "/reports/figures/", "/reports/figures/help_seeking/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def thailand(loaded):
    return Figure.objects.get(partner__code="TH", year=2024, series__code="help_seeking")


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_everybody_who_signs_in_reads_the_series(thailand, client_of, language):
    client = client_of(makers.auditor())
    headers = {"accept-language": language}

    pages = [client.get(url, headers=headers) for url in (LIST, HELP, "/reports/figures/drug_seizures/")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "1,118" in pages[1].text
    assert "175,355" in pages[2].text
    assert "/correct/" not in pages[1].text
    assert client.get("/reports/figures/none/").status_code == 404


def test_a_supervisor_corrects_a_figure_and_the_page_tells_both(thailand, client_of):
    client, url = client_of(makers.lin()), f"{HELP}{thailand.pk}/correct/"
    sent = {"key": str(uuid.uuid4()), "value": "420", "reason": "示例更正"}

    assert f"{thailand.pk}/correct/" in client.get(HELP, headers=ENGLISH).text
    assert client.post(url, sent | {"reason": ""}, headers=ENGLISH).status_code == 200
    answers = [client.post(url, sent, headers=ENGLISH) for _time in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, HELP), (302, HELP)]
    page = client.get(HELP, headers=ENGLISH).text
    assert "1,125" in page
    assert "示例更正" in page
    assert "does not agree" in page


def test_a_supervisor_withdraws_a_figure(thailand, client_of):
    client = client_of(makers.justice_supervisor())
    sent = {"key": str(uuid.uuid4()), "reason": "示例"}

    assert client.post(f"{HELP}{thailand.pk}/withdraw/", sent).status_code == 302
    assert not Figure.objects.known().filter(pk=thailand.pk).exists()


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.stranger])
def test_others_neither_correct_nor_withdraw(thailand, client_of, who):
    client = client_of(who())

    for act in ("correct", "withdraw"):
        assert client.get(f"{HELP}{thailand.pk}/{act}/").status_code == 403
        assert client.post(f"{HELP}{thailand.pk}/{act}/", {"reason": "x", "value": "1"}).status_code == 403


def test_the_table_is_a_file_of_each_kind(thailand, client_of):
    client = client_of(makers.mei())

    for form in ("csv", "xlsx", "ods"):
        answer = client.get(f"{HELP}as/{form}/")
        assert (answer.status_code, bool(b"".join(answer.streaming_content))) == (200, True)
    text = b"".join(client.get(f"{HELP}as/csv/", headers=ENGLISH).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[-1] == '"Total",3507,1675,919,645,182,86'
    assert client.get(f"{HELP}as/doc/").status_code == 404


def test_the_page_takes_as_many_statements_after_three_corrections_as_after_one(thailand, client_of):
    lin = makers.lin()
    client = client_of(lin)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(HELP).status_code == 200
        return len(captured)

    def correct(figure, value):
        return correct_figure(by=lin, figure=figure, value=value, is_outlier=False, note="", reason="x")

    one = correct(thailand, 420)
    statements()
    before = statements()
    correct(correct(one, 421), 422)

    assert statements() == before


# Adding a series and a figure.


SERIES = {
    "name_zh": "示例數列",
    "name_en": "Sample series",
    "code": "sample",
    "unit": "persons",
    "source": "示例年報",
    "definition": "示例：每年人次",
    "published_on_year": "114",
    "published_on_month": "5",
    "published_on_day": "",
}


def test_a_supervisor_adds_a_series_once_and_it_says_that_it_is_empty(db, client_of):
    client, sent = client_of(makers.lin()), SERIES | {"key": str(uuid.uuid4())}

    assert "/reports/figures/new/" in client.get(LIST).text
    answers = [client.post(f"{LIST}new/", sent) for _time in range(2)]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, f"{LIST}sample/")}
    made = Series.objects.get()
    assert (made.name_zh, made.unit, made.source, made.published_on.iso) == (
        "示例數列",
        "persons",
        "示例年報",
        "2025-05",
    )
    for language in ("en", "zh-hant"):
        page = client.get(f"{LIST}sample/", headers={"accept-language": language})
        assert (page.status_code, "示例：每年人次" in page.text) == (200, True)
    assert "There is no figure yet" in client.get(f"{LIST}sample/", headers=ENGLISH).text


def test_a_series_that_may_not_be_keeps_what_was_typed_and_says_why(loaded, client_of):
    client = client_of(makers.lin())

    def sent(**fields):
        given = SERIES | {"key": str(uuid.uuid4())} | fields
        return client.post(f"{LIST}new/", given, headers=ENGLISH).text

    assert "Say where the figures come from." in sent(source="")
    assert "Say what the series counts." in sent(definition="")
    assert 'value="Sample series"' in sent(unit="")
    assert "Series with this Code already exists." in sent(code="help_seeking")
    assert "This word leads to another page." in sent(code="import")
    assert set(Series.objects.values_list("code", flat=True)) == {"help_seeking", "drug_seizures"}


def test_a_supervisor_adds_a_figure_of_a_partner_and_one_of_a_remainder(loaded, client_of):
    client = client_of(makers.justice_supervisor())

    def sent(**fields):
        given = {"key": str(uuid.uuid4()), "year": "110", "value": "12"} | fields
        return client.post(f"{HELP}add/", given, headers=ENGLISH)

    assert f"{HELP}add/" in client.get(HELP).text
    assert sent(partner="TH").url == HELP
    assert sent(remainder="其他", value="3.50", note="示例").url == HELP
    added = Figure.objects.filter(year=2021, series__code="help_seeking").order_by("pk")
    assert [(f.partner_code, f.remainder, f.value, f.precision, f.note) for f in added] == [
        ("TH", "", 12, 0, ""),
        ("", "其他", Decimal("3.5"), 2, "示例"),
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose a partner, or name the remainder, not both."),
        ({"partner": "TH", "remainder": "其他"}, "Choose a partner, or name the remainder, not both."),
        ({"partner": "TH", "year": ""}, "Write the year of the figure."),
        ({"partner": "TH", "year": "12"}, "can be read in more than one way"),
        ({"partner": "TH", "year": "2999"}, "Write a year from 1700 to 2299."),
        ({"partner": "TH", "year": "2200"}, "2200 has not ended yet."),
        ({"partner": "TH", "value": "-1"}, "greater than or equal to 0"),
        ({"partner": "TH", "is_outlier": "on"}, "Say in the note why this figure is an outlier."),
        ({"partner": "TH", "year": "113"}, "This partner already has a figure for that year in this series."),
    ],
)
def test_a_figure_that_may_not_be_is_refused_at_its_field(loaded, client_of, fields, sentence):
    before = Figure.objects.count()
    given = {"key": str(uuid.uuid4()), "year": "110", "value": "12"} | fields

    answer = client_of(makers.lin()).post(f"{HELP}add/", given, headers=ENGLISH)

    assert (answer.status_code, Figure.objects.count()) == (200, before)
    assert sentence in answer.text


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.auditor, makers.stranger])
def test_others_neither_add_nor_are_offered_to(loaded, client_of, who):
    client = client_of(who())

    for url in (f"{LIST}new/", f"{HELP}add/", f"{LIST}import/"):
        assert client.get(url).status_code == 403
        assert client.post(url, SERIES).status_code == 403
    assert "/import/" not in client.get(LIST).text + client.get(HELP).text
    assert "/add/" not in client.get(HELP).text


# The page of a series.


def test_the_page_names_what_each_printed_total_is_of_in_the_language_of_its_reader(thailand, client_of):
    correct_figure(
        by=makers.lin(), figure=thailand, value=Decimal(420), is_outlier=False, note="", reason="示例"
    )
    client = client_of(makers.mei())

    english = client.get(HELP, headers=ENGLISH).text
    chinese = client.get(HELP, headers={"accept-language": "zh-hant"}).text

    for code in ("total_2024", "total_KH", "change_percent", "computed"):
        assert code not in chinese
    assert "total_2024" not in english
    assert "Total, 2024 (ROC 113): printed 1,118, the figures give 1,125" in english
    assert "Change on the year before, %, 2024 (ROC 113)" in english
    assert "Total, all years that the source prints, Cambodia" in english
    assert "柬埔寨" in chinese


def test_the_page_shows_the_remainder_by_name_in_table_and_picture(thailand, client_of):
    page = client_of(makers.mei()).get(HELP, headers=ENGLISH).text

    assert '<th scope="col" class="num">Others, not listed（其他）</th>' in page
    assert 'aria-label="Others, not listed（其他）: ' in page


def test_a_series_whose_source_names_everybody_has_no_column_for_others(partners, client_of):
    one = figurefiles.series()
    for year in (2022, 2023):
        add_figure(
            by=makers.person(f"lin{year}", role="supervisor", ministry="foreign_affairs"),
            figure=Figure(series=one, partner=partners["TH"], year=year, value=Decimal(3)),
        )

    page = client_of(makers.mei()).get(f"{LIST}sample/", headers=ENGLISH).text

    assert ("Others, not listed" in page, "<svg" in page) == (False, True)


def test_why_figures_do_not_add_up_stands_beside_the_printed_total(partners, client_of):
    lin = makers.lin()
    figurefiles.imported(
        lin,
        figurefiles.of("TH", "112", "7"),
        stated=figurefiles.totals(y2023="12"),
        note="示例：餘數未列明",
    )

    page = client_of(makers.mei()).get(f"{LIST}sample/", headers=ENGLISH).text

    assert "<strong>does not agree</strong><p" in page
    assert page.count("示例：餘數未列明") == 2


def test_long_lists_come_page_by_page_and_each_keeps_the_place_of_the_other(db, client_of):
    lin = makers.lin()
    figurefiles.imported(lin, *(figurefiles.row(f"示例{n:03}") for n in range(150)))
    figurefiles.imported(lin, *(figurefiles.row(f"示例{n:03}", value="6") for n in range(120)), reason="x")
    client, url = client_of(makers.mei()), f"{LIST}sample/"

    first, second = client.get(url, headers=ENGLISH).text, client.get(f"{url}?page=2", headers=ENGLISH).text
    both = client.get(f"{url}?page=2&gone=2", headers=ENGLISH).text

    assert "Rows 1 to 100 of 150" in first and "Rows 1 to 100 of 120" in first
    assert "Rows 101 to 150 of 150" in second and "?page=2&amp;gone=2" in second
    assert "Rows 101 to 150 of 150" in both and "Rows 101 to 120 of 120" in both


def test_the_page_takes_as_many_statements_for_many_figures_as_for_few(db, client_of):
    lin = makers.lin()
    client = client_of(lin)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{LIST}sample/").status_code == 200
        return len(captured)

    figurefiles.imported(lin, figurefiles.row("一"), figurefiles.row("一", year="111"))
    statements()
    one = statements()
    figurefiles.imported(lin, *(figurefiles.row(f"示例{n}", year="111") for n in range(30)))

    assert statements() == one


# The pages of the import; what they share with other imports is in tests/test_import_doors.py.


IMPORT = f"{LIST}import/"


def send(client, content, **fields):
    given = {"series": "sample", "unit": "persons", "definition": "same", "key": str(uuid.uuid4())}
    upload = SimpleUploadedFile("figures.csv", content)
    return client.post(IMPORT, given | {"file": upload} | fields, headers=ENGLISH)


@pytest.fixture
def supervisor(partners):
    figurefiles.series()
    return makers.lin()


def test_a_file_is_checked_explained_corrected_applied_and_undone(supervisor, client_of):
    client = client_of(supervisor)
    figurefiles.imported(supervisor, figurefiles.of("TH", "112", "7"))
    content = figurefiles.csv_bytes(figurefiles.of("泰國", "112", "8"), figurefiles.of("other", "112", "3"))

    sent = send(client, content, totals="112 = 12\r\n")
    shown = client.get(sent.url, headers=ENGLISH)
    assert "Write the import: 1 added, 1 changed" in words(shown)
    assert "value 7 → 8" in words(shown)
    assert "2023 (ROC 112) 12 11 −1" in words(shown)
    assert "into “Sample series”" in words(shown)

    apply = f"{sent.url}apply/"
    refused = client.post(apply, {"note": "", "reason": ""}, headers=ENGLISH)
    assert "Say why the figures do not add up to the printed totals." in words(refused)
    assert "Say why the figure changes." in words(refused)

    said = {"note": "示例：差額未列明", "reason": "示例：勘誤"}
    written = client.post(apply, said, headers=ENGLISH, follow=True)
    assert "Written: 1 added, 1 changed" in words(written)
    assert "示例：勘誤" in words(written) and "示例：差額未列明" in words(written)
    series = client.get(f"{LIST}sample/", headers=ENGLISH)
    assert sent.url in series.text and "示例：差額未列明" in series.text

    undone = client.post(f"{sent.url}undo/", headers=ENGLISH, follow=True)
    assert (
        "2 figures that this import had brought were withdrawn. 1 that it had corrected says again what it said before."
        in words(undone)
    )
    assert [figure.value for figure in Figure.objects.known()] == [7]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"series": ""}, "Choose the series to which the figures belong."),
        ({"unit": ""}, "Say in which unit the file counts."),
        ({"unit": "kilograms"}, "The series counts persons. A figure in kilograms belongs to another series"),
        ({"definition": "other"}, "Figures of another source or definition are another series."),
        ({"definition": ""}, "Say whether the file comes from the source of the series."),
        ({"totals": "112"}, "112: Write the year and its total, such as 113 = 1,118."),
        ({"totals": "112 = x"}, "112 = x: Write the year and its total"),
        ({"totals": "12 = 4"}, "12 = 4: “12” can be read in more than one way."),
        ({"totals": "112=4\n2023=5"}, "2023=5: This year stands here twice, with different totals."),
    ],
)
def test_what_does_not_belong_to_the_series_is_refused_before_the_check(
    supervisor, client_of, fields, sentence
):
    answer = send(client_of(supervisor), figurefiles.csv_bytes(figurefiles.row()), **fields)

    assert (answer.status_code, ImportBatch.objects.count()) == (200, 0)
    assert sentence in words(answer)


def test_a_file_for_another_series_and_a_total_known_otherwise_are_told_at_their_fields(
    supervisor, client_of
):
    client = client_of(supervisor)
    figurefiles.imported(supervisor, figurefiles.row(), stated=figurefiles.totals(y2023="5"))

    another = send(client, figurefiles.csv_bytes(figurefiles.row(series="help")))
    otherwise = send(client, figurefiles.csv_bytes(figurefiles.row()), totals="112=6")
    unread = send(client, b"x,y\n1,2\n")

    assert "it belongs to the series “help”, not to “sample”" in words(another)
    assert "the source's total is recorded as 5, not 6" in words(otherwise).replace("&#x27;", "'")
    assert "The file lacks these columns: partner, year, value." in words(unread)


def test_a_refused_row_is_shown_with_its_line_column_value_and_remedy(supervisor, client_of):
    client = client_of(supervisor)
    sent = send(client, figurefiles.csv_bytes(figurefiles.row(), figurefiles.of("QQ", "112", "4")))

    page = words(client.get(sent.url, headers=ENGLISH))

    assert "1 row is refused, so nothing can be imported" in page
    assert "partner There is no partner with the code or name “QQ”. Write its ISO code" in page
    assert client.get(sent.url, headers={"accept-language": "zh-hant"}).status_code == 200


def test_the_link_from_a_series_chooses_it(supervisor, client_of):
    page = client_of(supervisor).get(f"{IMPORT}?series=sample", headers=ENGLISH).text

    assert '<option value="sample" selected>' in page
    assert "示例：每年人次" in page
