"""A page is fetched within bounds of time, size and media type, or the error says why not."""

import gzip
import zlib
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from jobs.ai.web.decoder import PageUnreadable
from jobs.ai.web.fetcher import MAX_PAGE_BYTES, Fetcher
from jobs.errors import AttemptError, RateLimited, TransientError
from tests.jobs.ai.web.site import Behaviour, Site, moved, page

BOMB = gzip.compress(b"0" * 50_000_000)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            handler.connection.settimeout(0.05)
            try:
                handler.connection.recv(1)
                return
            except TimeoutError:
                continue
    except OSError:
        return


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "99")
    handler.end_headers()


def fetch(site: Site, behaviour: Behaviour, seconds: float = 5.0) -> str:
    site.pages["/"] = behaviour
    return Fetcher(timeout_seconds=seconds).fetch(f"{site.url}/").text


CASES: list[tuple[Behaviour, type[AttemptError], str]] = [
    (page(b"0" * (MAX_PAGE_BYTES + 1)), PageUnreadable, "larger than 2 MB"),
    (page(BOMB, Content_Encoding="gzip"), PageUnreadable, "larger than 2 MB"),
    (page(b"no gzip", Content_Encoding="gzip"), PageUnreadable, "broken"),
    (page(b"?", Content_Encoding="br"), PageUnreadable, "'br'"),
    (page(b"?", Content_Encoding="gzip, gzip"), PageUnreadable, "was not requested"),
    (page(b"%PDF-1.7", Content_Type="application/pdf"), PageUnreadable, "application/pdf"),
    (page("no", 404), PageUnreadable, "no page"),
    (page("no", 403), PageUnreadable, "403"),
    (page("no", 500), TransientError, "500"),
    (page("later", 429, Retry_After="9"), RateLimited, "limits our request rate"),
    (moved("/"), PageUnreadable, "more than 5 times"),
    (hang_up, TransientError, "cannot be read at the moment"),
]


@pytest.mark.parametrize(("behaviour", "expected", "message"), CASES)
def test_a_response_that_is_no_readable_page_is_refused(
    site: Site, behaviour: Behaviour, expected: type[AttemptError], message: str
) -> None:
    with pytest.raises(expected, match=message) as raised:
        fetch(site, behaviour)
    assert type(raised.value) is expected


def test_a_slow_response_ends_by_the_total_timeout(site: Site) -> None:
    with pytest.raises(TransientError, match=r"more than 0\.5 seconds"):
        fetch(site, drip, seconds=0.5)


def test_the_retry_after_of_a_site_is_kept(site: Site) -> None:
    with pytest.raises(RateLimited) as raised:
        fetch(site, page("", 429, Retry_After="9"))
    assert raised.value.retry_after == timedelta(seconds=9)


def test_redirects_are_followed_to_the_page(site: Site) -> None:
    site.pages |= {"/old": moved("/new#part", 301), "/new": page("<p>Here.</p>")}
    fetched = Fetcher().fetch(f"{site.url}/old")
    assert (fetched.url, fetched.text) == (f"{site.url}/new", "<p>Here.</p>")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", "identity"),
        (gzip.compress(b"plain", mtime=0), "gzip"),
        (zlib.compress(b"plain"), "deflate"),
    ],
)
def test_a_compressed_page_is_read(site: Site, content: bytes, encoding: str) -> None:
    assert fetch(site, page(content, Content_Encoding=encoding)) == "plain"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Preis: 5 €".encode(), "text/html; charset=utf-8"),
        ("Preis: 5 €".encode(), "text/html"),
        ("Preis: 5 €".encode("cp1252"), "text/html; charset=windows-1252"),
        ("Preis: 5 €".encode("cp1252"), "text/html; charset=utf-8"),
        ("Preis: 5 €".encode("utf-16"), "text/html"),
        ("Preis: 5 €".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("Preis: 5 €".encode("cp1252"), "text/html; charset=us-ascii"),
        ("Preis: 5 €".encode("utf-16-le"), "text/html; charset=utf-16"),
        ("Preis: 5 €".encode(), "text/html; charset=utf-16"),
        ("Preis: 5 €".encode(), "text/html; charset=punycode"),
        ("Preis: 5 €".encode(), "text/html; charset=zlib_codec"),
    ],
)
def test_a_page_is_read_in_its_charset(site: Site, content: bytes, kind: str) -> None:
    assert fetch(site, page(content, Content_Type=kind)) == "Preis: 5 €"


@pytest.mark.parametrize("charset", ["UTF-8", "utf8", "UTF-16LE", "Latin1"])
def test_a_page_that_declares_a_wrong_charset_keeps_its_letters(site: Site, charset: str) -> None:
    text = f'<meta charset="{charset}">Preis: 5 €'
    assert fetch(site, page(text.encode("cp1252"), Content_Type="text/html")) == text


@pytest.mark.parametrize(("encoding", "message"), [("utf-8", "UTF-8"), ("gbk", "gb2312")])
def test_one_broken_character_costs_no_other(site: Site, encoding: str, message: str) -> None:
    content = f'<meta charset="{message}">桥梁维修费用为四万八千欧元|'.encode(encoding)
    broken = page(content.replace(b"|", b"\xff"), Content_Type="text/html")
    assert fetch(site, broken).endswith("桥梁维修费用为四万八千欧元\ufffd")


def test_a_page_may_declare_its_own_charset(site: Site) -> None:
    text = '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">価格'
    content = text.encode("shift_jis")
    assert fetch(site, page(content, Content_Type="text/html")) == text


def test_a_request_names_its_user_agent(site: Site) -> None:
    fetch(site, page("x"))
    assert {one.headers["User-Agent"] for one in site.asked} == {"Conveyor/1"}
