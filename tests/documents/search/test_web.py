"""The web is searched if a provider is configured, else a notice says that it was not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from documents.search import web
from documents.search.job import MAX_ATTEMPTS, NO_PROVIDER
from jobs import testing
from jobs.errors import AttemptError, AuthenticationFailed, TransientError
from tests.documents.conftest import Upload
from tests.documents.search.conftest import searched
from tests.people import Person

pytestmark = pytest.mark.django_db

Provide = Callable[..., list[str]]


@dataclass(frozen=True)
class Page:
    """What a provider finds."""

    title: str
    url: str
    snippet: str = "Bearings <b>are</b> replaced."
    publication_date: date | None = date(2026, 5, 1)


PAGES = (Page("One", "https://example.org/1"), Page("Two", "https://example.org/2"))


@pytest.fixture
def provide(monkeypatch: pytest.MonkeyPatch) -> Provide:
    """Return a function that installs a provider; it gives the list of the queries asked."""

    def install(pages: Sequence[Page] = PAGES, error: AttemptError | None = None) -> list[str]:
        asked: list[str] = []

        def search(query: str, limit: int) -> Sequence[Page]:
            asked.append(query)
            if error is not None:
                raise error
            return pages[:limit]

        monkeypatch.setattr(web, "provider", lambda: search)
        return asked

    return install


@pytest.fixture(autouse=True)
def bridge(upload: Upload) -> None:
    upload(b"The bearings of the bridge are to be replaced.", "bridge.txt")


@pytest.mark.parametrize("scope", ["web", "all"])
def test_a_search_without_a_provider_has_a_notice(
    owner: Person, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    monkeypatch.setattr(web, "provider", lambda: None)
    output = searched(owner, "bearings", scope=scope).output
    assert output["missing"] == [NO_PROVIDER]
    assert len(output["items"]) == (scope == "all")


def test_web_pages_are_listed_beside_documents(owner: Person, provide: Provide) -> None:
    asked = provide()
    items = searched(owner, "bearings", scope="all").output["items"]
    assert [(item["source"], item["name"]) for item in items] == [
        ("document", "bridge.txt"),
        ("web", "One"),
        ("web", "Two"),
    ]
    found: dict[str, Any] = items[1]
    assert (found["url"], found["published"]) == ("https://example.org/1", "2026-05-01")
    assert (found["snippet"], found["found_by"]) == ("Bearings <b>are</b> replaced.", ["web"])
    assert asked == ["bearings"]
    assert searched(owner, "bearings", scope="all", limit=1).output["items"] == items[:1]


def test_a_search_of_the_web_alone_reads_no_document(owner: Person, provide: Provide) -> None:
    provide()
    job = searched(owner, "bearings", scope="web")
    assert {item["source"] for item in job.output["items"]} == {"web"}
    assert list(job.steps.values_list("name", flat=True)) == ["web"]


def test_a_search_of_documents_alone_asks_no_provider(owner: Person, provide: Provide) -> None:
    asked = provide()
    searched(owner, "bearings")
    assert asked == []


def test_a_refusing_provider_costs_the_web_results_alone(owner: Person, provide: Provide) -> None:
    provide(error=AuthenticationFailed("The key is wrong."))
    output = searched(owner, "bearings", scope="all").output
    assert output["missing"] == ["The web was not searched: The key is wrong."]
    assert len(output["items"]) == 1
    job = searched(owner, "bearings", scope="web")
    assert (job.state, job.error["code"]) == ("failed", "authentication_failed")


def test_a_failing_provider_is_retried_without_a_second_document_search(
    owner: Person, provide: Provide
) -> None:
    asked = provide(error=TransientError("It is away."))
    job = searched(owner, "bearings", scope="all")
    assert job.state == "scheduled"
    for _ in range(MAX_ATTEMPTS - 1):
        type(job).objects.filter(pk=job.pk).update(state="pending")
        job = testing.run(job)
    assert job.state == "completed"
    assert job.output["missing"] == ["The web was not searched: It is away."]
    assert len(asked) == MAX_ATTEMPTS
    assert job.steps.get(name="search").attempt == 1
