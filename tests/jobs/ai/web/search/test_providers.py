"""Three providers, one interface."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from jobs.ai.search import providers
from jobs.ai.search.providers import Found, search
from jobs.errors import InvalidInput
from tests.jobs.ai.web.search.formats import FORMATS, URL
from tests.jobs.ai.web.site import Site, data


@pytest.fixture(params=sorted(FORMATS))
def provider(request: pytest.FixtureRequest, site: Site, settings: Any) -> str:
    """Give the name of a provider, which the site now is."""
    name = str(request.param)
    settings.AI_SEARCH_PROVIDER, settings.AI_SEARCH_API_KEY = name, "secret"
    settings.AI_SEARCH_BASE_URL = site.url
    site.pages["/search"] = data(FORMATS[name])
    return name


def test_what_was_found_reads_the_same_whoever_found_it(provider: str) -> None:
    assert search("price of cranes", 5) == [
        Found(
            title="Cranes are dearer",
            url=URL,
            snippet="Prices of cranes rose by 7%.",
            published=date(2026, 3, 2),
            provider=provider,
        )
    ]


def test_query_number_and_key_are_sent(provider: str, site: Site) -> None:
    search(" price \n of cranes ", 5)
    [asked] = site.asked
    sent = (asked.headers.get("x-api-key"), asked.headers.get("Authorization"))
    assert sent == (("secret", None) if provider == "exa" else (None, "Bearer secret"))
    if provider == "searxng":
        assert asked.path == "/search?q=price+of+cranes&format=json"
        return
    assert asked.body["query"] == "price of cranes"
    assert asked.body["numResults" if provider == "exa" else "max_results"] == 5


def test_recent_pages_are_asked_for_in_the_providers_own_words(provider: str, site: Site) -> None:
    search("cranes", 5, days=30)
    since = (timezone.now().date() - timedelta(days=30)).isoformat()
    [asked] = site.asked
    if provider == "exa":
        assert asked.body["startPublishedDate"] == since
    elif provider == "tavily":
        assert (asked.body["topic"], asked.body["start_date"]) == ("news", since)
    else:
        assert "time_range=month" in asked.path


def test_what_is_no_address_of_the_web_is_left_out(provider: str, site: Site) -> None:
    [entry] = FORMATS[provider]["results"]
    urls = ["javascript:alert(1)", "http://127.1.1.1/", "http://10.0.0.1/", URL, URL]
    site.pages["/search"] = data({"results": [{**entry, "url": url} for url in urls]})
    assert [one.url for one in search("cranes", 5)] == ["http://127.1.1.1/", URL]  # as allowed here


def test_entries_without_day_text_or_title_are_found_too(provider: str, site: Site) -> None:
    site.pages["/search"] = data({"results": [{"url": URL, "title": None}] * 2})
    [found] = search("cranes", 5)
    assert (found.title, found.snippet, found.published) == (URL, "", None)


def test_without_a_provider_nothing_is_searched(settings: Any) -> None:
    settings.AI_SEARCH_PROVIDER = ""
    assert not providers.is_configured()
    with pytest.raises(InvalidInput, match="AI_SEARCH_PROVIDER"):
        search("cranes", 5)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("exa", "AI_SEARCH_API_KEY"),
        ("tavily", "AI_SEARCH_API_KEY"),
        ("searxng", "AI_SEARCH_BASE_URL"),
    ],
)
def test_a_provider_that_cannot_work_is_told_at_the_start(
    settings: Any, name: str, needed: str
) -> None:
    settings.AI_SEARCH_PROVIDER = name
    with pytest.raises(SystemCheckError, match=rf"jobs\.E002[^$]*{needed}"):
        call_command("check")
    setattr(settings, needed, "https://search.example")
    call_command("check")
