"""Research over the API on real workers that are killed meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.acceptance.installation import Installation
from tests.jobs.ai.llm.provider import Behaviour, Provider, write
from tests.jobs.ai.web.site import Site
from tests.reports.research.cranely import (
    MARKET,
    QUERY,
    evidence,
    open_market,
    open_site,
    profile,
    searches,
)
from tests.waiting import TIMEOUT_SECONDS, until


@contextmanager
def answering(model: Provider, behave: Behaviour) -> Iterator[None]:
    """Have the model behave in some way inside the block."""
    model.behave = behave
    try:
        yield
    finally:
        model.behave = write


def killed_while_asking(
    installation: Installation, web: Site, path: str, number: int, type: str, **input: Any
) -> dict[str, Any]:
    """Run a job whose workers are killed while it asks for a path the `number`th time."""
    reached, released, usual = threading.Event(), threading.Event(), web.pages[path]

    def wait(handler: BaseHTTPRequestHandler) -> None:
        if web.paths.count(path) == number:
            reached.set()
            released.wait(TIMEOUT_SECONDS)  # nobody is there any more to be answered
        else:
            usual(handler)

    web.pages[path] = wait
    try:
        job_id = installation.submit(type, **input)
        assert reached.wait(TIMEOUT_SECONDS)
        installation.kill_worker()
        until(lambda: installation.event_kinds(job_id).count("started") == 2)
    finally:
        released.set()
    job = installation.wait_for_end(job_id)
    assert job["state"] == "completed", job["error"]
    return job


def test_a_profile_continues_after_a_kill_and_pays_for_nothing_twice(
    installation: Installation, model: Provider, web: Site
) -> None:
    open_site(web)
    web.asked.clear()
    asked = len(model.calls)
    with answering(model, profile):
        job = killed_while_asking(
            installation, web, "/search", 2, "competitor_analysis", **QUERY, url=web.url
        )
    output = job["output"]
    assert [one["text"] for one in output["strengths"]] == ["Good drivers."]
    assert (job["progress"], output["model"]) == (100, "stub")
    assert web.paths.count("/") == 1, "the site was read before"
    # The search that died on the way is asked again, the one before it is not.
    news, reviews = "Cranely AS news", "Cranely AS customer reviews"
    assert searches(web) == [news, reviews, reviews]
    assert len(model.calls) - asked == 1


def test_market_research_continues_after_a_kill_and_pays_for_nothing_twice(
    installation: Installation, model: Provider, web: Site
) -> None:
    open_market(web)
    web.asked.clear()
    asked = len(model.calls)
    with answering(model, evidence):
        job = killed_while_asking(installation, web, "/cranes", 1, "market_research", **MARKET)
    assert [one["score"] for one in job["output"]["evidence"]] == [0.9, 0.4]
    assert len(searches(web)) == 1
    assert web.paths.count("/cranes") == 2
    assert len(model.calls) - asked == 1


def test_a_private_address_is_refused_at_submission(installation: Installation) -> None:
    query = {**QUERY, "url": "http://169.254.169.254/latest/meta-data/"}
    response = installation.http.post("/jobs", json={"type": "competitor_analysis", "input": query})
    assert response.status_code == 422
    [fault] = response.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/input/url", "address_refused")
