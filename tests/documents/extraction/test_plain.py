"""Plain text, CSV and HTML, in the encodings that files come in."""

import pytest

from documents.extraction import pages
from jobs.ai import encodings
from tests.documents.extracted import only

GERMAN = "Grüße aus Köln: das ist ein Brief über den Straßenbau und die Brücke am Hafen. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    assert only(GERMAN.encode(encoding), "brief.txt").text == GERMAN.strip()


def test_the_encoding_of_a_long_text_is_found_where_its_first_umlaut_is() -> None:
    plain = "The harbour bridge was inspected in May. " * 2000
    assert only((plain + GERMAN).encode("latin-1"), "long.txt").text == plain + GERMAN.strip()


def test_a_short_text_is_read_by_the_neighbours_of_its_umlauts() -> None:
    table = "Straße,Größe\n" + "Königsallee,zehn\nBäckerweg,elf\n" * 5
    assert only(table.encode("cp1252"), "t.csv").text == table.strip()


def test_an_accent_at_the_end_of_a_chunk_is_seen() -> None:
    text = "x" * (encodings.CHUNK - 1) + "é" + " and no other" * 9
    assert only(text.encode("latin-1"), "long.txt").text == text


def test_csv_is_read_as_it_stands() -> None:
    assert only(b"a;b\r\n1;2\r\n", "t.csv").text == "a;b\n1;2"


def test_text_that_a_database_cannot_hold_is_cleaned() -> None:
    page = pages.page_text(1, "a\x00b\ud800c", pages.NATIVE)
    assert page.text == "ab?c"


def test_endless_text_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_CHARACTERS", 5)
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


def test_html_that_is_nested_beyond_all_measure_gives_its_text() -> None:
    source = "<!doctype html><style>p{}</style>" + "<div>" * 50_000 + "deep words"
    assert only(source.encode(), "nested.html").text == "deep words"


@pytest.mark.parametrize("charset", ["shift_jis", "iso-8859-7", "no-such-charset"])
def test_html_is_read_in_the_encoding_that_it_names(charset: str) -> None:
    said = {"shift_jis": "橋の修理費用", "iso-8859-7": "Γέφυρα"}.get(charset, "Größe")
    page = f'<html><head><meta charset="{charset}"></head><body><p>{said}</p></body></html>'
    content = page.encode("utf-8" if charset.startswith("no") else charset)
    assert only(content, "page.html").text == said


def test_html_in_utf_8_that_names_another_encoding_is_utf_8() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Größe</p></body></html>'
    assert only(page.encode(), "page.html").text == "Größe"


@pytest.mark.parametrize(
    ("charset", "encoding", "said"),
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
def test_a_charset_means_what_it_does_to_browsers_and_is_believed_where_it_can_be_true(
    charset: str, encoding: str, said: str
) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>{said}</p></body></html>'
    assert only(page.encode(encoding), "page.html").text == said


def test_a_broken_letter_does_not_cost_a_page_the_encoding_that_it_names() -> None:
    page = '<html><meta charset="gbk"><p>桥梁维修费用为四万八千欧元|</p></html>'
    content = page.encode("gbk").replace(b"|", b"\xff")
    assert only(content, "page.html").text.startswith("桥梁维修费用")
