"""Plain text, CSV and HTML in their encodings."""

import pytest

from documents.extraction import pages
from jobs.ai.text import encodings
from tests.documents.extracted import only

GERMAN = "Grüße aus Köln: das ist ein Brief über den Straßenbau und die Brücke am Hafen. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    assert only(GERMAN.encode(encoding), "brief.txt").text == GERMAN.strip()


def test_the_encoding_of_a_long_text_is_detected_at_its_first_umlaut() -> None:
    plain = "The harbour bridge was inspected in May. " * 2000
    assert only((plain + GERMAN).encode("latin-1"), "long.txt").text == plain + GERMAN.strip()


def test_the_encoding_of_a_short_text_is_detected_by_context() -> None:
    table = "Straße,Größe\n" + "Königsallee,zehn\nBäckerweg,elf\n" * 5
    assert only(table.encode("cp1252"), "t.csv").text == table.strip()


def test_an_accent_at_the_end_of_a_chunk_is_detected() -> None:
    text = "x" * (encodings.CHUNK_BYTES - 1) + "é" + " and no other" * 9
    assert only(text.encode("latin-1"), "long.txt").text == text


def test_csv_is_read_unchanged() -> None:
    assert only(b"a;b\r\n1;2\r\n", "t.csv").text == "a;b\n1;2"


def test_text_that_a_database_cannot_hold_is_cleaned() -> None:
    page = pages.page_text(1, "a\x00b\ud800c", pages.NATIVE)
    assert page.text == "ab?c"


def test_endless_text_is_marked_as_truncated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGE_CHARACTERS", 5)
    page = only(b"123456789", "long.txt")
    assert (page.text, page.truncated) == ("12345", True)


def test_html_gives_its_readable_text() -> None:
    source = (
        b"<!doctype html><html><head><style>p{}</style></head><body><article><h1>Minutes</h1>"
        b"<p>The works are two weeks behind the programme, since bearings came late.</p>"
        b"<table><tr><td>Confirm delivery</td><td>Daniel</td></tr></table></article>"
        b"<script>alert(1)</script></body></html>"
    )
    text = only(source, "minutes.html").text
    assert "Minutes" in text
    assert "two weeks behind" in text
    assert "Daniel" in text
    assert "alert" not in text


def test_deeply_nested_html_gives_its_text() -> None:
    source = "<!doctype html><style>p{}</style>" + "<div>" * 50_000 + "deep words"
    assert only(source.encode(), "nested.html").text == "deep words"


@pytest.mark.parametrize("charset", ["shift_jis", "iso-8859-7", "no-such-charset"])
def test_html_is_read_in_its_declared_encoding(charset: str) -> None:
    expected = {"shift_jis": "橋の修理費用", "iso-8859-7": "Γέφυρα"}.get(charset, "Größe")
    page = f'<html><head><meta charset="{charset}"></head><body><p>{expected}</p></body></html>'
    content = page.encode("utf-8" if charset.startswith("no") else charset)
    assert only(content, "page.html").text == expected


def test_utf_8_html_with_a_wrong_declaration_is_read_as_utf_8() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Größe</p></body></html>'
    assert only(page.encode(), "page.html").text == "Größe"


@pytest.mark.parametrize(
    ("charset", "encoding", "expected"),
    [
        ("utf-8", "cp1252", "Größe, Länge und Höhe"),
        ("UTF-8", "cp1250", "Příliš žluťoučký kůň"),
        ("utf-16", "utf-8", "Größe"),
        ("UTF-16LE", "cp1252", "Größe, Länge und Höhe"),
        ("utf-32", "utf-8", "plain"),
        ("ISO-8859-1", "cp1252", "It’s “fine” – 12 €"),
        ("latin1", "cp1252", "It’s “fine” – 12 €"),
        ("us-ascii", "cp1252", "It’s “fine” – 12 €"),
        ("gb2312", "gb18030", "朱镕基、陶喆"),
        ("Shift_JIS", "cp932", "①髙橋様㈱"),
        ("iso-8859-7", "cp1251", "Ремонт моста стоит сорок восемь тысяч рублей, я"),
    ],
)
def test_a_charset_is_interpreted_as_browsers_do(
    charset: str, encoding: str, expected: str
) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>{expected}</p></body></html>'
    assert only(page.encode(encoding), "page.html").text == expected


def test_one_broken_character_keeps_the_declared_encoding() -> None:
    page = '<html><meta charset="gbk"><p>桥梁维修费用为四万八千欧元|</p></html>'
    content = page.encode("gbk").replace(b"|", b"\xff")
    assert only(content, "page.html").text.startswith("桥梁维修费用")
