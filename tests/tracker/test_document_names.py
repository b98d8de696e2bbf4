"""tracker.documents.names: names that mislead are refused, Chinese ones come back as given (FIL-2, INJ-4, UNI-4)."""

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents import UploadRefused, content_disposition, safe_name
from tracker.documents.names import check_name, extension_of


def refusal(name: str) -> str:
    with pytest.raises(UploadRefused) as refused:
        check_name(name)
    assert "%(" not in str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_missing"),
        (" . ", "name_missing"),
        ("../條約.pdf", "name_characters"),
        ("a/b.pdf", "name_characters"),
        ("C:\\條約.pdf", "name_characters"),
        ("a\x00.pdf", "name_characters"),
        ("a\r\nb.pdf", "name_characters"),
        ("a\x85.pdf", "name_characters"),
        ("條約\u202efdp.pdf", "name_characters"),
        ("條約\u2066.pdf", "name_characters"),
        ("條\u200b約.pdf", "name_characters"),
        ("\ud83d.pdf", "name_characters"),
        ("條約.pdf.", "name_ending"),
        ("條約.pdf ", "name_ending"),
        ("條約.pdf\u3000", "name_ending"),
        ("條約.exe.pdf", "name_double"),
        ("條約.exe .pdf", "name_double"),
        ("條約.PHP.pdf", "name_double"),
        ("條約.html.txt", "name_double"),
    ],
)
def test_a_misleading_name_is_refused(name: str, code: str) -> None:
    assert refusal(name) == code


@pytest.mark.parametrize(
    "name",
    [
        "臺美刑事司法互助協定.pdf",
        "條約 (草案) v1.2.docx.pdf",
        "函 113.05.01.pdf",
        "mre.gov.py.eml",
        "example.com.eml",
        "𠮷田.pdf",
        "Hiệp định.pdf",
        "معاهدة.pdf",
        'a "quoted" %41 name; b=c.pdf',
        "👩‍⚖️.pdf",
        "CON.pdf",
    ],
)
def test_an_ordinary_name_is_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", ""), ("條約.Docx", "docx"), ("a.", "")],
)
def test_the_ending_is_what_follows_the_last_dot(name: str, extension: str) -> None:
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("臺美協定.pdf", "臺美協定.pdf"),
        ("Hie\u0323\u0302p đi\u0323nh.pdf", "Hiệp định.pdf"),
        ("\uf900\U0002f800豈.pdf", "\uf900\U0002f800豈.pdf"),
        ("../a\\b.pdf", ".._a_b.pdf"),
        ("a\x00\u202e\ud800b.pdf", "ab.pdf"),
        ("  a.pdf. ", "a.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("con", "_con"),
        ("contract.pdf", "contract.pdf"),
        ("", "_"),
        ("..", "_"),
        ("條" * 84 + ".pdf", "條" * 83 + ".pdf"),
        ("a" * 251 + ".pdf", "a" * 251 + ".pdf"),
        ("a" * 252 + ".pdf", "a" * 251 + ".pdf"),
        ("𠮷" * 100 + ".pdf", "𠮷" * 62 + ".pdf"),
        ("條" * 100, "條" * 85),
        ("a" * 250 + "e\u0301\u0323.pdf", "a" * 250 + ".pdf"),
        ("a" * 247 + "👩‍⚖️.pdf", "a" * 247 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 253),
    ],
)
def test_a_name_is_kept_but_for_what_would_do_harm(name: str, kept: str) -> None:
    assert safe_name(name) == kept


names = st.text(max_size=300)


@given(name=names)
def test_a_safe_name_always_fits_and_stays_as_it_is(name: str) -> None:
    kept = safe_name(name)

    assert 0 < len(kept.encode()) <= 255
    assert not {"/", "\\", "\x00", "\n"} & set(kept) and kept not in (".", "..")
    assert safe_name(kept) == kept


@given(name=names)
def test_a_header_gives_back_the_safe_name_and_nothing_else(name: str) -> None:
    value = content_disposition(name)

    assert value.isascii() and value.isprintable()
    message = Message()
    message["Content-Disposition"] = value
    assert (message.get_content_disposition(), message.get_filename()) == ("attachment", safe_name(name))


def test_a_percent_sign_is_not_read_as_a_code() -> None:
    assert content_disposition("a%41.pdf") == "attachment; filename*=UTF-8''a%2541.pdf"
