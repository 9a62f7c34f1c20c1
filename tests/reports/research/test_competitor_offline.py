"""Without search provider and model the site is quoted, and the gaps are listed."""

from collections.abc import Callable
from typing import Any

import pytest

from jobs import testing
from jobs.models import Job
from reports.models import CompetitorProfile
from tests.jobs.ai.web.site import Site, page
from tests.reports.research.cranely import ATTACK, QUERY

Submit = Callable[..., Job]


@pytest.fixture
def output(company: Site, submit: Submit) -> dict[str, Any]:
    """Return the profile of the company."""
    done = testing.run(submit("competitor_analysis", **QUERY, url=company.url))
    assert done.state == "completed", done.error
    read: dict[str, Any] = done.output
    return read


def texts(output: dict[str, Any], *names: str) -> list[str]:
    return [one["text"] for name in names for one in output[name]]


def test_the_site_is_quoted_with_the_page_of_each_sentence(
    company: Site, output: dict[str, Any]
) -> None:
    rents = "Cranely rents and maintains tower cranes for builders across Northern Europe."
    assert rents in texts(output, "offers")
    assert any("300 construction companies" in one for one in texts(output, "markets"))
    [price] = output["pricing"]
    assert price["quotation"] == "A tower crane costs € 4,900 per month, with one driver included."
    assert price["url"] == f"{company.url}/pricing"
    assert "Amount: € 4,900" in texts(output, "facts")
    assert [one["mark"] for one in output["sources"]] == ["S1", "S2", "S3"]


def test_the_output_lists_what_is_missing(company: Site, output: dict[str, Any]) -> None:
    missing = "\n".join(output["missing"])
    for expected in (
        f"{company.url}/about-us was not read: There is no page",
        f"{company.url}/press was not read: The robots.txt",
        "News of Cranely AS were not searched for: no search provider",
        "Reviews of Cranely AS were not searched for",
        "requires a language model",
    ):
        assert expected in missing
    assert texts(output, "strengths", "weaknesses", "news", "reviews") == []
    assert "/press" not in company.paths
    assert "/legal" not in company.paths, "only pages that tell of a company are read"


def test_instructions_on_a_page_are_only_quoted(output: dict[str, Any]) -> None:
    lists = ("offers", "markets", "pricing", "facts")
    pwned = [one for name in lists for one in output[name] if "PWNED" in one["text"]]
    assert {one["quotation"] for one in pwned} == {ATTACK}


def test_the_profile_is_stored(output: dict[str, Any]) -> None:
    kept = CompetitorProfile.objects.get(pk=output["profile_id"])
    assert (kept.company, kept.decision, kept.model) == ("Cranely AS", "Rent or buy", "builtin")
    assert kept.profile["pricing"] == output["pricing"]
    assert kept.missing == output["missing"]


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        (404, "failed", "page_unreadable"),
        (403, "failed", "page_unreadable"),
        (503, "scheduled", "transient"),
        (429, "scheduled", "rate_limited"),
    ],
)
def test_an_unreadable_site_fails_the_job_or_is_retried(
    company: Site, submit: Submit, status: int, state: str, code: str
) -> None:
    company.pages["/"] = page("no", status)
    done = testing.run(submit("competitor_analysis", **QUERY, url=company.url))
    assert (done.state, done.error["code"]) == (state, code)
    assert str(status) in done.error["message"] or status == 429


def test_a_page_of_scripts_alone_is_listed_as_missing(company: Site, submit: Submit) -> None:
    company.pages["/"] = page("<div id=root></div><script>run()</script>")
    done = testing.run(submit("competitor_analysis", **QUERY, url=company.url))
    assert done.state == "completed"
    assert "without running its scripts" in done.output["missing"][0]
