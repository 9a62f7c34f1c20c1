"""robots.txt of a site is obeyed (RFC 9309)."""

import pytest

from jobs.ai.web.decoder import PageUnreadable
from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.robots import Robots
from jobs.errors import TransientError
from tests.jobs.ai.web.site import Site, page

EXAMPLE = """
User-agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /example/open   # the longer one decides
Disallow: /*?session=
Disallow: /exact$

user-agent: conveyor
User-Agent: Other/2.1
Disallow: /ours
Allow: /ours/%7eus
allow: /ours/fée

User-agent: Conveyor
Disallow: /more
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("Somebody", "/", True),
        ("Somebody", "/example/page", False),
        ("Somebody", "/example/open", True),
        ("Somebody", "/a/b.gif", False),
        ("Somebody", "/a/b.gif?c", True),
        ("Somebody", "/list?session=1", False),
        ("Somebody", "/exact", False),
        ("Somebody", "/exactly", True),
        ("Somebody", "/ours", True),
        ("Conveyor", "/ours", False),
        ("Conveyor", "/ours/%7Eus", True),
        ("Conveyor", "/ours/f%C3%A9e", True),
        ("Conveyor", "/more", False),
        ("Conveyor", "/example/page", True),
        ("other", "/ours", False),
    ],
)
def test_the_longest_rule_of_our_group_decides(agent: str, path: str, allowed: bool) -> None:
    assert Robots.parse(EXAMPLE, agent).allows(f"https://a.example{path}") is allowed


def allows(text: str, path: str = "/a", agent: str = "Conveyor") -> bool:
    return Robots.parse(text, agent).allows(f"https://a.example{path}")


@pytest.mark.parametrize("token", ["Con", "Conveyor-News", "MyConveyor", "Con*", "Conveyor bot"])
def test_a_group_of_a_similar_name_is_not_ours(token: str) -> None:
    assert allows(f"User-agent: {token}\nDisallow: /")
    assert not allows(f"User-agent: {token}\nAllow: /\n\nUser-agent: *\nDisallow: /")


def test_our_own_group_replaces_the_one_for_anybody() -> None:
    assert allows("User-agent: *\nDisallow: /\n\nUser-agent: conveyor/3.1\nDisallow:")


@pytest.mark.parametrize("line", ["Crawl-delay: 5", "Sitemap: https://a.example/s", "Noindex: /a"])
def test_lines_outside_the_standard_do_not_end_a_group(line: str) -> None:
    assert not allows(f"User-agent: Conveyor\n{line}\nUser-agent: Other\nDisallow: /")
    assert not allows(f"User-agent: Conveyor\n{line}\nDisallow: /")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_end_are_read(end: str) -> None:
    assert not allows(f"\ufeffUser-agent: *{end}Disallow: /")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /a/*/c", "/a/b/c/d", False),
        ("Disallow: /a/*/c", "/a/c", True),
        ("Disallow: /*a*b$", "/xaxb", False),
        ("Disallow: /*a*b$", "/xaxbc", True),
        ("Disallow: /a$b", "/a$b", False),
        ("Disallow: /%61bc", "/abc", False),
        ("Disallow: /a%2fb", "/a/b", True),
        ("Disallow: /a%2fb", "/a%2Fb", False),
        ("Disallow: /a", "/A", True),
        ("Disallow: /a # and nothing else", "/a", False),
        ("  disallow  :   /a   ", "/a", False),
        ("Disallow: /?q=", "?q=1", False),
        ("Disallow: /", "/robots.txt", True),
    ],
)
def test_a_pattern_matches_as_rfc_9309_says(rules: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}", path) is allowed


@pytest.mark.parametrize("text", ["", "<!doctype html><p>Not found", "Disallow: /", "\x00: \xff"])
def test_a_file_without_rules_forbids_nothing(text: str) -> None:
    assert Robots.parse(text, "Conveyor").allows("https://a.example/")


def test_a_hostile_pattern_matches_in_bounded_time() -> None:
    robots = Robots.parse(f"User-agent: *\nDisallow: /{'*a' * 100_000}b$", "Conveyor")
    assert robots.allows(f"https://a.example/{'a' * 2000}")


def test_a_disallowed_page_is_not_requested(site: Site) -> None:
    site.pages |= {"/": page("x"), "/robots.txt": page("User-agent: *\nDisallow: /private")}
    fetcher = Fetcher()
    fetcher.fetch(f"{site.url}/")
    with pytest.raises(PageUnreadable, match=r"robots\.txt"):
        fetcher.fetch(f"{site.url}/private/page")
    assert site.paths == ["/robots.txt", "/"], "and a site is asked for its rules once"


def test_a_failing_robots_file_is_a_transient_error(site: Site) -> None:
    site.pages |= {"/": page("x"), "/robots.txt": page("", 503)}
    with pytest.raises(TransientError, match=r"robots\.txt"):
        Fetcher().fetch(f"{site.url}/")
    assert site.paths == ["/robots.txt"]


@pytest.mark.parametrize("status", [401, 404, 429])
def test_a_site_without_a_robots_file_may_be_read(site: Site, status: int) -> None:
    site.pages |= {"/": page("x"), "/robots.txt": page("Disallow: /", status)}
    assert Fetcher().fetch(f"{site.url}/").text == "x"
