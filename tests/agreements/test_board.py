"""The status board as its readers get it: lanes, table, map, figures beside stated ones, and the download."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements import lanes
from agreements.board import Difference, figures
from agreements.figures import counted, figures_of
from agreements.filters import AgreementFilter
from agreements.lanes import Card, EarlierLane
from agreements.models import Agreement, Milestone, StatedFigure
from tests import makers
from tracker.partialdate import PartialDate

pytestmark = pytest.mark.django_db

BOARD = "/agreements/"
ENGLISH = {"accept-language": "en"}
SHAPES = ["board", "table", "map"]


def real(code="DE", name="Germany", region="europe"):
    return makers.partner(code, is_sample=False, name_zh=f"{name}國", name_en=name, region=region)


def vietnam():
    return real("VN", "Vietnam", "southeast_asia")


@pytest.fixture
def mei():
    return makers.mei()


@pytest.fixture
def page(client_of, mei):
    """Mei's English page for what the address asks."""

    def get(path=BOARD, **asked):
        response = client_of(mei).get(path, asked, headers=ENGLISH)
        assert response.status_code == 200
        return response

    return get


def lane_numbers(response):
    """The numbers of the files in each lane, by phase."""
    shown = response.context["page"]
    return {
        lane.phase: [item.agreement.number for item in lane.items]
        for lane in (*shown.main, *shown.below)
        if lane.items
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_the_board_wants_a_sign_in(client, shape):
    assert client.get(BOARD, {"view": shape}).status_code == 302


@pytest.mark.parametrize("who", [makers.jun, makers.lin, makers.auditor, makers.administrator])
@pytest.mark.parametrize("shape", SHAPES)
def test_everyone_who_is_signed_in_sees_the_board(client_of, mei, who, shape):
    makers.walk(mei, "T1", until="sign", partner=real(), title_en="The German text")

    response = client_of(who()).get(BOARD, {"view": shape}, headers=ENGLISH)

    assert response.status_code == 200
    assert "Germany" in response.text


def test_a_shape_that_does_not_exist_is_the_board(page):
    assert page(view="globe").context["shape"] == "board"


@pytest.mark.parametrize("shape", SHAPES)
def test_the_stranger_sees_nothing_restricted(client_of, mei, shape):
    file = makers.walk(mei, "T1", until="sign", partner=real(), title_zh="密件協定", secrecy=2)
    asked = {"view": shape}
    assert "Germany" in client_of(mei).get(BOARD, asked, headers=ENGLISH).text

    hidden = client_of(makers.stranger()).get(BOARD, asked, headers=ENGLISH)

    assert hidden.context["figures"].signed.value == 0
    assert all(word not in hidden.text for word in ("Germany", "密件", file.number))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("as_of", ["", "2024-12-31"])
def test_the_board_costs_the_same_queries_with_one_row_and_with_three(client_of, mei, shape, as_of):
    StatedFigure.objects.create(
        as_of=date(2023, 12, 31), measure="signed", partners=26, agreements=44, source="示例"
    )
    client = client_of(mei)

    def cost():
        client.get(BOARD, {"view": shape, "as_of": as_of})
        with CaptureQueriesContext(connection) as queries:
            assert client.get(BOARD, {"view": shape, "as_of": as_of}).status_code == 200
        return len(queries)

    makers.walk(mei, "T1", until="sign", partner=real())
    with_one = cost()
    makers.walk(mei, "T1", until="open_talks", partner=vietnam())
    makers.walk(mei, "A1", partner=real("PW", "Palau", "oceania"))

    assert cost() == with_one
    assert with_one <= 30


def test_a_file_moves_through_the_lanes_with_the_day(page, mei):
    file = makers.walk(mei, "T1", start=date(2024, 1, 10), partner=real())

    def phase_on(day):
        return {phase for phase, numbers in lane_numbers(page(as_of=day)).items() if file.number in numbers}

    assert [
        phase_on(day) for day in ("2024-01-15", "2024-02-20", "2024-03-10", "2024-04-01", "2024-04-20")
    ] == [
        {"negotiation"},
        {"signing"},
        {"legislative_approval"},
        {"ratification_exchange"},
        {"in_force"},
    ]
    assert (
        lane_numbers(page(as_of="2023-08-31"))
        if page(as_of="2023-08-31").context["nothing"] is None
        else True
    )


def test_before_the_first_dated_fact_the_board_says_that_nothing_existed(page, mei):
    makers.agreement(mei, partner=real())

    assert "No agreement existed on this day" in page(as_of="1950-01-01").text


def test_what_comes_after_the_day_is_told_apart(page, mei):
    makers.walk(mei, "T1", until="approve", start=date(2024, 1, 10), partner=real())

    [row] = page(as_of="2024-03-01").context["page"].main[2].items

    assert (row.phase, row.since.iso) == ("legislative_approval", "2024-02-29")
    assert (str(row.later.words), row.later.day.iso) == ("Send to the Legislative Yuan", "2024-03-10")


def test_a_date_known_only_to_the_month_leaves_open_whether_the_next_phase_began(page, mei):
    lin = makers.lin()
    file = makers.walk(lin, "A1", until="record", start=date(2024, 1, 10), partner=real())
    makers.step(lin, file, "enter_into_force", "2024-06")

    before, after = page(as_of="2024-06-15"), page(as_of="2024-06-30")

    assert lane_numbers(before) == {"legislative_approval": [file.number]}
    assert "Possibly already: Enter into force (day known only to the month)" in before.text
    assert "(possibly further on)" in page(as_of="2024-06-15", view="table").text
    assert lane_numbers(after) == {"in_force": [file.number]}
    assert "Possibly already" not in after.text


def test_files_of_record_tracks_say_record_where_others_say_approval(page, mei):
    makers.walk(mei, "A1", until="record", partner=real())

    assert "Record by the Executive Yuan" in page(view="table").text


def test_samples_are_listed_and_marked_but_not_counted(page, mei):
    makers.walk(mei, "T1", until="sign")
    makers.walk(mei, "T1", until="sign", partner=real())

    signing = page().context["page"].main[1]
    with_samples = page(samples="1").context

    assert (signing.count, signing.samples, len(signing.items)) == (1, 1, 2)
    assert page().text.count('class="sample"') == 1
    assert page().context["figures"].signed.value == 1
    assert (with_samples["page"].main[1].count, with_samples["figures"].signed.value) == (2, 2)


def test_a_very_long_lane_shows_its_first_rows_and_leads_to_all_of_them(page, mei, monkeypatch):
    monkeypatch.setattr(lanes, "LONGEST_LANE", 2)
    monkeypatch.setattr(lanes, "SHOWN_OF_LONGER", 1)
    for code in ("DE", "PW", "VN"):
        makers.agreement(mei, partner=real(code, code))
    makers.walk(mei, "T1", until="sign", partner=real(), title_zh="已簽")

    response = page()
    negotiation, signing = response.context["page"].main[:2]

    assert (len(negotiation.items), negotiation.count, len(signing.items)) == (1, 3, 1)
    assert "The first 1 of 3 are shown" in response.text
    assert (negotiation.more, signing.more) == ("/agreements/?view=table&phase=negotiation", "")
    assert len(page(view="table", phase="negotiation").context["page"].rows) == 3


def test_an_upper_app_may_put_a_lane_before_the_first_phase(page, mei, monkeypatch):
    asked = []

    def not_yet(reader, day, known_on, with_samples):
        asked.append((reader, day, known_on, with_samples))
        return EarlierLane("Not yet signed", "partners", [Card("泰國", "/partners/TH/", ["413"])], 1)

    monkeypatch.setattr(lanes, "MAKERS", [not_yet, lambda *_: None])
    makers.agreement(mei, partner=real())

    shown, narrowed = page(as_of="2024-12-31"), page(as_of="2024-12-31", region="europe")

    assert asked == [(mei, date(2024, 12, 31), None, False)]
    assert "Not yet signed" in shown.text
    assert '<a href="/partners/TH/">泰國</a>' in shown.text
    assert "Not yet signed" not in narrowed.text


def test_every_figure_leads_to_exactly_its_rows(page, mei):
    makers.walk(mei, "A1", start=date(2024, 1, 10), partner=real())
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=vietnam())
    makers.walk(
        mei,
        "T1",
        until="sign",
        start=date(2024, 1, 10),
        partner=vietnam(),
        title_zh="反毒",
        subjects=["other"],
    )
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10))
    makers.agreement(mei, partner=real("PW", "Palau"))
    shown = page(as_of="2024-12-31").context["figures"]

    numbers = [shown.signed, shown.in_force_in_year, shown.southeast_asia, shown.not_in_force]

    assert [number.value for number in numbers] == [2, 1, 1, 1]
    assert shown.signed.partners == 2
    for number in numbers:
        rows = page(number.url).context["page"].rows
        assert len(rows) == number.value


def test_a_promulgation_in_place_of_the_exchange_counts_as_entry_into_force(page, mei):
    file = makers.walk(mei, "T1", until="issue_instrument", start=date(2024, 1, 10), partner=real())
    makers.step(mei, file, "promulgate", date(2024, 6, 3), effective=PartialDate.parse("2024-06-10"))

    shown = [
        page(as_of=day).context["figures"].in_force_in_year.value for day in ("2024-06-09", "2024-06-10")
    ]

    assert (file.stage, shown) == ("75", [0, 1])


def test_the_board_counts_what_the_status_command_counts(mei):
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=real())
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), subjects=["other"], partner=vietnam())

    board = figures(AgreementFilter({"as_of": "2024-12-31"}, reader=mei, today=makers.TODAY))
    command = figures_of(counted(None, with_samples=False), date(2024, 12, 31))

    assert (board.signed.value, board.signed.partners) == (
        command.signed_agreements,
        command.signed_partners,
    )


def stated(day, agreements, partners, region=""):
    return StatedFigure.objects.create(
        as_of=day,
        measure=f"signed {region}",
        region=region,
        agreements=agreements,
        partners=partners,
        source="示例報告",
    )


def test_a_stated_figure_stands_beside_the_recorded_one_and_the_difference_is_named(page, mei):
    stated(date(2024, 12, 31), 44, 26)
    stated(date(2024, 12, 31), 3, 2, "southeast_asia")
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=real())
    makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=vietnam())
    makers.walk(
        mei,
        "T1",
        until="sign",
        start=date(2024, 1, 10),
        partner=vietnam(),
        title_zh="移民",
        subjects=["other"],
    )

    response = page(as_of="2024-12-31")
    everywhere, there = response.context["figures"].differences

    assert [difference(each) for each in (everywhere, there)] == [
        (2, 2, "−42", "−24", 1, 0),
        (1, 1, "−2", "−1", 1, 0),
    ]
    assert "44 agreements with 26 partners" in response.text
    assert "示例報告" in response.text
    for apart in (everywhere.about_other, there.about_other):
        assert len(page(apart.url).context["page"].rows) == 1


def difference(each: Difference):
    return (
        each.compared.agreements,
        each.compared.partners,
        each.agreements_words,
        each.partners_words,
        each.about_other.number,
        each.day_open.number,
    )


def test_what_was_signed_after_the_stated_day_is_part_of_the_explanation(page, mei):
    stated(date(2024, 2, 10), 1, 1)
    makers.walk(mei, "T1", until="sign", start=date(2023, 12, 10), partner=real())
    makers.walk(mei, "T1", until="sign", start=date(2024, 6, 10), partner=vietnam())

    [each] = page(as_of="2024-12-31").context["figures"].differences

    assert (each.compared.agreements, each.on_that_day, each.signed_since) == (2, (1, 1), 1)
    assert each.that_day_url == "/agreements/?as_of=2024-02-10"


def test_a_text_whose_day_of_signature_is_open_is_neither_counted_nor_forgotten(page):
    lin = makers.lin()
    stated(date(2024, 1, 1), 1, 1)
    file = makers.agreement(lin, partner=real())
    makers.step(lin, file, "sign", "2024≤2024-11-30", as_history=True)

    [each] = page(as_of="2024-06-30").context["figures"].differences

    assert (each.compared.agreements, each.day_open.number) == (0, 1)
    assert [row.agreement.number for row in page(each.day_open.url).context["page"].rows] == [file.number]


def test_without_a_stated_figure_so_early_the_board_says_so(page, mei):
    stated(date(2024, 12, 31), 44, 26)
    makers.walk(mei, "T1", until="sign", partner=real())

    response = page(as_of="2024-12-30")

    assert response.context["figures"].differences == []
    assert "No figure stated by others for this day or before." in response.text


def test_filters_that_leave_nothing_say_what_exists(page, mei):
    makers.agreement(mei, partner=real())

    response = page(phase="in_force")

    assert "No agreement matches these filters" in response.text
    assert "1 agreement stood in the register on this day." in response.text


def test_before_the_first_record_the_register_knew_nothing_and_says_so(page, mei):
    makers.walk(mei, "T1", until="sign", partner=real())

    response = page(as_of="2024-12-31", known_on="2024-12-31")

    assert response.context["figures"].signed.value == 0
    assert "Nothing had been recorded here by that day" in response.text


def test_an_empty_register_says_how_it_is_filled(page):
    assert "The register is still empty" in page().text


def test_to_who_sees_none_of_its_agreements_the_register_is_empty(client_of, mei):
    """AZ-17: without the check an empty list says since when there are hidden ones."""
    makers.agreement(mei, partner=real(), secrecy=2)
    stranger = client_of(makers.stranger())

    pages = [stranger.get(BOARD, asked, headers=ENGLISH).text for asked in ({}, {"known_on": "2024-12-31"})]

    assert ["The register is still empty" in page for page in pages] == [True, True]


def test_what_was_recorded_later_is_not_known_on_an_earlier_day(page, mei):
    file = makers.walk(mei, "T1", until="sign", start=date(2024, 1, 10), partner=real())
    long_ago = datetime(2024, 6, 1, tzinfo=UTC)
    Agreement.objects.update(recorded_at=long_ago)
    Milestone.objects.exclude(step__startswith="sign").update(recorded_at=long_ago)

    def phases(**asked):
        return list(lane_numbers(page(as_of="2024-12-31", **asked)))

    assert phases(known_on="2024-12-31") == ["negotiation"]
    assert phases() == ["signing"]
    assert file.stage == "35"


def test_a_day_that_cannot_be_read_is_told_kept_and_shown_as_today(page, mei):
    makers.agreement(mei, partner=real())

    response = page(as_of="31/12/24", subject="criminal_mla")

    assert response.context["as_of"].is_now
    assert 'value="31/12/24"' in response.text
    assert 'id="as-of-error"' in response.text


def test_today_deadlines_and_stalled_talks_are_shown_on_the_rows(page, mei):
    today = timezone.localdate()
    start = today - timedelta(days=300)
    makers.walk(mei, "T1", until="sign", every=60, start=start, opened_on=start, partner=real(), today=today)
    talks = makers.walk(
        mei, "T1", until="open_talks", start=start, opened_on=start, partner=vietnam(), today=today
    )
    Agreement.objects.filter(pk=talks.pk).update(last_activity_on=today - timedelta(days=91))

    rows = {row.agreement.partner.code: row for row in page(view="table").context["page"].rows}

    [due] = rows["DE"].due
    assert (due.clock.code, due.clock.raw_due_on) == ("K1", start + timedelta(days=4 * 60 + 30))
    assert due.days == (due.clock.due_on - today).days < 0
    assert (rows["VN"].stalled, rows["DE"].stalled) == (91, None)
    assert "Stalled for 91 days" in page().text
    assert page(as_of="2024-12-31", view="table").context["page"].rows == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["VN", "DE"]),
        ("phase", ["VN", "DE"]),
        ("-phase", ["DE", "VN"]),
        ("partner", ["DE", "VN"]),
        ("-partner", ["VN", "DE"]),
        ("signed", ["VN", "DE"]),
        ("-signed", ["DE", "VN"]),
        ("in_force", ["DE", "VN"]),
        ("number", ["DE", "VN"]),
        ("nonsense", ["VN", "DE"]),
    ],
)
def test_the_table_is_sorted_by_its_headings(page, mei, sort, order):
    makers.walk(mei, "T1", until="sign", partner=real())
    makers.agreement(mei, partner=vietnam())

    response = page(view="table", sort=sort)

    assert [row.agreement.partner.code for row in response.context["page"].rows] == order
    assert response.text.count("aria-sort") == 1


def test_the_table_is_read_page_by_page(page, mei, monkeypatch):
    monkeypatch.setattr("agreements.board.TABLE_ROWS", 2)
    for code in ("DE", "PW", "VN"):
        makers.agreement(mei, partner=real(code, code))

    first, second = page(view="table"), page(view="table", page="2")

    assert [len(each.context["page"].rows) for each in (first, second)] == [2, 1]
    assert first.context["page"].paging.next == "/agreements/?view=table&page=2"
    assert "Rows 3 to 3 of 3" in second.text


def test_the_map_marks_each_partner_once_by_what_is_nearest_to_being_in_force(page, mei):
    makers.walk(mei, "A1", partner=real())
    makers.walk(mei, "T1", until="open_talks", partner=real(), title_zh="引渡")
    makers.walk(mei, "T1", until="sign")

    shown = page(view="map").context["page"]

    marks = [(placed.mark.code, placed.mark.number) for frame in shown.frames for placed in frame.marks]
    assert marks == [("DE", 5)]
    assert [(each.name, [(p.mark, p.number) for p in each.phases]) for each in shown.partners] == [
        ("Germany", [(5, 1), (1, 1)]),
        ("Country A", [(2, 1)]),
    ]


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
def test_the_list_is_downloaded_in_three_formats(page, mei, format):
    makers.agreement(mei, partner=real())

    response = page("/agreements/export/", format=format)

    response.close()
    assert f".{format}" in response["Content-Disposition"]


def test_the_download_holds_the_rows_of_the_filter_with_codes_and_words(page, mei):
    makers.walk(
        mei, "T1", until="sign", start=date(2024, 1, 10), partner=real(), title_zh="=刑事", title_en="Text"
    )
    makers.agreement(mei, partner=vietnam())
    makers.agreement(mei, partner=real(), secrecy=2, title_zh="密")

    response = page("/agreements/export/", format="csv", as_of="2024-12-31", phase="signing")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))

    assert list(row.values())[1:] == [
        "DE", "Germany", "'=刑事", "Text", "Criminal assistance", "Treaty", "Treaty with a ratification clause",
        "signing", "Signing", "35", "Signed", "", "2024-02-19", "", "2024-12-31", "",
    ]  # fmt: skip


def test_the_download_speaks_the_readers_language_and_hides_what_the_reader_may_not_see(client_of, mei):
    makers.agreement(mei, partner=real())
    makers.agreement(mei, partner=vietnam(), secrecy=2)

    response = client_of(makers.stranger()).get(
        "/agreements/export/?format=csv", headers={"accept-language": "zh-TW"}
    )
    text = b"".join(response.streaming_content).decode("utf-8-sig")

    assert "Germany國" in text
    assert "Vietnam" not in text


def test_a_format_that_does_not_exist_is_not_found(client_of, mei):
    assert client_of(mei).get("/agreements/export/?format=exe").status_code == 404
