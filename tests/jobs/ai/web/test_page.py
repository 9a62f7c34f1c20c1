"""The text of a page is separated from navigation and advertising."""

import re
from datetime import date

import pytest

from jobs.ai.web.fetcher import FetchedPage
from jobs.ai.web.page import MAX_TEXT_CHARACTERS, extract_links, extract_page

ARTICLE = """<!doctype html><html><head><title>Cranes are dearer</title>
<meta property="article:published_time" content="2026-03-02T09:30:00Z">
<script>var secret = "tracking";</script></head><body>
<nav><a href="/">Home</a> <a href="about.html#team">About us</a>
<a href="javascript:alert(1)">Run</a> <a href="http://10.0.0.1/">In</a> <a href="http://[bad">x</a>
<a href="https://other.example/">Else</a></nav>
<article><h1>Cranes are dearer</h1>
<p>Prices of tower cranes rose by 7% in the last year, says the federation of builders.</p>
<p>Hire firms point to the cost of steel, which has doubled since the spring of last year.</p>
</article><footer>Copyright 2019</footer></body></html>"""
WITHOUT_DAY = re.sub("<meta.*?>", "", ARTICLE)


def fetched(text: str, media_type: str = "text/html") -> FetchedPage:
    return FetchedPage(url="https://a.example/news/", media_type=media_type, text=text)


def test_a_page_gives_its_text_its_title_and_its_date() -> None:
    page = extract_page(fetched(ARTICLE))
    assert (page.title, page.published) == ("Cranes are dearer", date(2026, 3, 2))
    assert "rose by 7% in the last year" in page.text
    assert "tracking" not in page.text


def test_the_date_is_read_from_metadata() -> None:
    script = '<script type="application/ld+json">{"datePublished" : "2026-03-04T08:00"}</script>'
    assert extract_page(fetched(WITHOUT_DAY.replace("<nav>", f"{script}<nav>"))).published == date(
        2026, 3, 4
    )


def test_a_date_in_the_footer_is_not_the_date_of_publication() -> None:
    assert extract_page(fetched(WITHOUT_DAY)).published is None


def test_links_are_absolute_and_of_allowed_schemes() -> None:
    found = [(link.url, link.text) for link in extract_links(fetched(ARTICLE))]
    assert found == [
        ("https://a.example/", "Home"),
        ("https://a.example/news/about.html", "About us"),
        ("https://other.example/", "Else"),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\x00\x01", "<div id=root></div><script>run()</script>", "<" * 10_000, "]]>" * 99],
)
def test_a_page_without_text_gives_no_links(text: str) -> None:
    assert len(extract_page(fetched(text)).text) <= len(text)
    assert list(extract_links(fetched(text))) == []


def test_a_deep_or_long_page_is_read_within_bounds() -> None:
    deep = "<div>" * 50_000 + "x" + "</div>" * 50_000
    assert len(extract_page(fetched(deep)).text) < 10
    endless = '{"@type": "Article", "headline": "' + '\\"' * 100_000
    assert (
        extract_page(fetched(f'<script type="application/ld+json">{endless}</script><p>x')).text
        == "x"
    )
    long = f"<article>{'<p>Cranes are lifted here.</p>' * 20_000}</article>"
    page = extract_page(fetched(long))
    assert len(page.text) <= MAX_TEXT_CHARACTERS
    assert page.clipped


def test_plain_text_is_read_unchanged() -> None:
    page = extract_page(fetched("<b>Prices</b>", "text/plain"))
    assert (page.text, page.title) == ("<b>Prices</b>", "https://a.example/news/")
    assert list(extract_links(fetched("<a href=/x>", "text/plain"))) == []
