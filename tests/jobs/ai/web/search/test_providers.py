"""Three search providers behind one interface."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from jobs.ai.web.search import providers
from jobs.ai.web.search.providers import SearchResult, search
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


def test_results_have_one_form_for_every_provider(provider: str) -> None:
    assert search("price of cranes", 5) == [
        SearchResult(
            title="Cranes are dearer",
            url=URL,
            snippet="Prices of cranes rose by 7%.",
            publication_date=date(2026, 3, 2),
            provider=provider,
        )
    ]


def test_a_request_has_the_query_the_number_and_the_key(provider: str, site: Site) -> None:
    search(" price \n of cranes ", 5)
    [asked] = site.asked
    sent = (asked.headers.get("x-api-key"), asked.headers.get("Authorization"))
    assert sent == (("secret", None) if provider == "exa" else (None, "Bearer secret"))
    if provider == "searxng":
        assert asked.path == "/search?q=price+of+cranes&format=json"
        return
    assert asked.body["query"] == "price of cranes"
    assert asked.body["numResults" if provider == "exa" else "max_results"] == 5


def test_a_limit_of_days_uses_the_parameter_of_the_provider(provider: str, site: Site) -> None:
    search("cranes", 5, days=30)
    since = (timezone.now().date() - timedelta(days=30)).isoformat()
    [asked] = site.asked
    if provider == "exa":
        assert asked.body["startPublishedDate"] == since
    elif provider == "tavily":
        assert (asked.body["topic"], asked.body["start_date"]) == ("news", since)
    else:
        assert "time_range=month" in asked.path


def test_results_with_a_forbidden_url_are_left_out(provider: str, site: Site) -> None:
    [entry] = FORMATS[provider]["results"]
    urls = ["javascript:alert(1)", "http://127.1.1.1/", "http://10.0.0.1/", URL, URL]
    site.pages["/search"] = data({"results": [{**entry, "url": url} for url in urls]})
    assert [one.url for one in search("cranes", 5)] == ["http://127.1.1.1/", URL]  # as allowed here


def test_results_without_date_text_or_title_are_kept(provider: str, site: Site) -> None:
    site.pages["/search"] = data({"results": [{"url": URL, "title": None}] * 2})
    [found] = search("cranes", 5)
    assert (found.title, found.snippet, found.publication_date) == (URL, "", None)


def test_a_search_without_a_provider_is_invalid_input(settings: Any) -> None:
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
def test_a_check_reports_a_provider_with_missing_settings(
    settings: Any, name: str, needed: str
) -> None:
    settings.AI_SEARCH_PROVIDER = name
    with pytest.raises(SystemCheckError, match=rf"jobs\.E002[^$]*{needed}"):
        call_command("check")
    setattr(settings, needed, "https://search.example")
    call_command("check")
