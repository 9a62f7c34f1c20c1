"""Without a model evidence is quoted; without a provider only documents are searched."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from documents import store
from documents.models import Document
from jobs import testing
from jobs.models import Job
from reports.models import EvidenceItem
from tests.documents import made
from tests.jobs.ai.web.site import Site, data, page
from tests.people import Person
from tests.reports.research.cranely import CRANES, MARKET, open_market

Submit = Callable[..., Job]


@pytest.fixture
def document(owner: Person, settings: Any, tmp_path: Any) -> Document:
    """Return a document of two pages."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**storage, "OPTIONS": {"location": tmp_path}},
    }
    text = ["Minutes of the board.", "Our prices of tower cranes rose by 4% in May 2025."]
    file = ContentFile(made.pdf(*text), "minutes.pdf")
    return store.add(file, organization=owner.organization, owner=owner.user)


def test_a_job_without_any_source_reports_it(submit: Submit) -> None:
    done = testing.run(submit("market_research", **MARKET))
    assert (done.state, done.output["evidence"], done.output["sources"]) == ("completed", [], [])
    missing = "\n".join(done.output["missing"])
    assert "no search provider is configured" in missing
    assert "Add documents" in missing


def test_documents_are_searched_without_a_provider(submit: Submit, document: Document) -> None:
    done = testing.run(submit("market_research", **MARKET, documents=[str(document.pk)]))
    [item] = done.output["evidence"]
    assert item["quotation"] == "Our prices of tower cranes rose by 4% in May 2025."
    assert (item["title"], item["page"], item["url"]) == ("minutes.pdf", 2, "")
    assert item["document"] == str(document.pk)
    assert 0 < item["score"] <= 1


def test_evidence_of_a_page_has_its_url_and_date(searching: Site, submit: Submit) -> None:
    open_market(searching)
    done = testing.run(submit("market_research", **MARKET))
    best = done.output["evidence"][0]
    assert best["quotation"] == "Prices of tower cranes rise by 7% a year, the federation says."
    assert best["url"] == f"{searching.url}/cranes"
    assert best["published"] == "2026-03-02"
    [kept] = EvidenceItem.objects.filter(place=1)
    assert (kept.quotation, kept.url, kept.decision) == (
        best["quotation"],
        best["url"],
        "Rent or buy",
    )


def test_an_unreadable_page_counts_with_its_search_snippet(searching: Site, submit: Submit) -> None:
    open_market(searching)
    searching.pages["/cranes"] = page("no", 403)
    done = testing.run(submit("market_research", **MARKET))
    assert any(
        one.startswith(
            f"{searching.url}/cranes was not read, only its excerpt in the search result"
        )
        for one in done.output["missing"]
    )
    assert "Prices of tower cranes rise, says" in str(done.output["evidence"])


def test_a_page_without_a_title_and_with_a_long_url_is_kept(
    searching: Site, submit: Submit
) -> None:
    path = f"/cranes-{'x' * 400}"
    found = {"url": searching.url + path, "content": "Prices of tower cranes rise."}
    searching.pages |= {
        "/search": data({"results": [found]}),
        path: page(CRANES.replace("<title>Cranes are dearer</title>", "")),
    }
    done = testing.run(submit("market_research", **MARKET))
    assert done.state == "completed", done.error
    assert EvidenceItem.objects.filter(source_title__startswith=searching.url).exists()


def test_a_search_without_results_is_reported(searching: Site, submit: Submit) -> None:
    searching.pages["/search"] = data({"results": []})
    done = testing.run(submit("market_research", **MARKET))
    assert done.output["evidence"] == []
    assert "Web pages were searched for; none were found." in done.output["missing"]


def test_evidence_is_sorted_by_score_up_to_the_limit(searching: Site, submit: Submit) -> None:
    open_market(searching)
    found = testing.run(submit("market_research", **MARKET)).output["evidence"]
    scores = [one["score"] for one in found]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)
    one = testing.run(submit("market_research", **MARKET, limit=1)).output["evidence"]
    assert one == found[:1]
    assert EvidenceItem.objects.count() == 3
