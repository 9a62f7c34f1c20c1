"""A job reads the public internet and nothing else, whatever URL it gets."""

from typing import Any

import pytest

from jobs.ai.web.fetcher import Fetcher, faults
from jobs.errors import InvalidInput
from jobs.outbound.http import AddressNotAllowed
from tests.jobs.ai.web.site import Site, moved, page
from tests.jobs.outbound.test_ssrf import HOSTILE, never


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_at_submission_and_at_the_fetch(url: str) -> None:
    assert [fault.pointer for fault in faults(url)] == ["/url"]
    with pytest.raises(AddressNotAllowed):
        Fetcher(resolve=never).fetch(url)


def test_an_ordinary_url_is_accepted() -> None:
    assert faults("https://bücher.example/a?b=c") == []


def test_a_name_with_a_private_address_is_refused_at_the_connection(
    site: Site, settings: Any
) -> None:
    settings.OUTBOUND_ALLOWED = ()
    asked = []

    def rebind(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34", "127.0.0.1"] if len(asked) == 1 else ["127.0.0.1"]

    fetcher = Fetcher(resolve=rebind)
    for _ in range(2):
        with pytest.raises(AddressNotAllowed, match="not a public address"):
            fetcher.fetch(site.url.replace("127.0.0.1", "rebind.test"))
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "http://user:pw@127.0.0.1/",
        "http://[::1",
    ],
)
def test_a_redirect_is_checked_like_the_first_url(site: Site, target: str) -> None:
    site.pages["/"] = moved(target)
    with pytest.raises(InvalidInput):
        Fetcher().fetch(f"{site.url}/")
    assert site.paths == ["/robots.txt", "/"]


def test_a_redirect_of_robots_txt_is_checked_too(site: Site) -> None:
    site.pages["/robots.txt"] = moved("http://169.254.169.254/robots.txt")
    site.pages["/"] = page("<p>Here.</p>")
    with pytest.raises(AddressNotAllowed):
        Fetcher().fetch(f"{site.url}/")


def test_private_networks_are_closed_unless_a_setting_opens_them(site: Site, settings: Any) -> None:
    site.pages["/"] = page("<p>Inside.</p>")
    assert Fetcher().fetch(f"{site.url}/").text == "<p>Inside.</p>"
    settings.OUTBOUND_ALLOWED = ()
    with pytest.raises(AddressNotAllowed):
        Fetcher().fetch(f"{site.url}/")
