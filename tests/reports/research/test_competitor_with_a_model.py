"""With a search provider and a model every stored claim is quoted from a source."""

from collections.abc import Callable

import pytest

from jobs import testing
from jobs.errors import TimeLimitReached
from jobs.lifecycle import verbs
from jobs.models import Job
from reports.models import CompetitorProfile
from reports.research import company_profile
from tests.jobs.ai.llm.provider import Call, Provider
from tests.jobs.ai.web.site import Site, data
from tests.reports.research.cranely import (
    DRAFT,
    NEWS,
    OTHER,
    QUERY,
    REVIEW,
    attacks_inside,
    profile,
    searches,
)

Submit = Callable[..., Job]


@pytest.fixture
def job(stub: Provider, searching: Site, submit: Submit) -> Job:
    """Return a pending job."""
    stub.behave = profile
    return submit("competitor_analysis", **QUERY, url=searching.url, model="stub")


def again(job: Job) -> Job:
    """Run the next attempt of a job that waits for it."""
    Job.objects.update(run_at=job.created_at)
    verbs.promote_due(1)
    return testing.run(job)


def test_claims_with_a_quotation_are_kept_and_others_dropped(job: Job) -> None:
    output = testing.run(job).output
    kept = {name: [one["text"] for one in output[name]] for name in DRAFT}
    assert kept == {
        "offers": ["It rents cranes."],
        "pricing": ["A month costs € 4,900."],
        "strengths": ["Good drivers."],
        "weaknesses": ["It was late."],
        "news": ["A yard in Oslo."],
    }
    assert any(
        one.startswith("3 of the model's statements were dropped") for one in output["missing"]
    )
    [yard] = output["news"]
    assert (yard["source"], yard["url"]) == ("S4", NEWS)


def test_a_profile_without_a_statement_is_reported(job: Job, stub: Provider) -> None:
    stub.behave = lambda call: call.say("{}")
    output = testing.run(job).output
    assert not any(output[name] for name in DRAFT)
    assert company_profile.NOTHING_SAID in output["missing"]


def test_news_and_reviews_are_searched_once_each_and_only_of_the_company(
    job: Job, searching: Site
) -> None:
    output = testing.run(job).output
    assert searches(searching) == ["Cranely AS news", "Cranely AS customer reviews"]
    urls = [one["url"] for one in output["sources"]]
    assert urls[3:] == [NEWS, REVIEW]
    assert OTHER not in urls
    assert "1 of the pages found do not name Cranely AS and were omitted." in output["missing"]
    assert output["sources"][3]["published"] == "2026-03-04"


def test_a_later_attempt_repeats_no_paid_call(job: Job, stub: Provider, searching: Site) -> None:
    stub.behave = lambda call: call.answer(500, {"error": {"message": "out of order"}})
    failed = testing.run(job)
    assert (failed.state, failed.error["code"]) == ("scheduled", "transient")
    read = len(searching.asked)
    stub.behave = profile
    done = again(job)
    assert done.state == "completed"
    assert len(searching.asked) == read, "site and searches were done before"
    assert len(stub.calls) == 2
    assert done.usage["prompt_tokens"] == 100
    Job.objects.filter(pk=job.pk).update(state="failed")
    job.steps.filter(name="save").update(finished_at=None)
    verbs.retry(job.pk)
    assert testing.run(job).state == "completed"
    assert CompetitorProfile.objects.count() == 1
    assert len(stub.calls) == 2


def test_a_job_beyond_its_time_limit_continues_after_a_manual_retry(
    job: Job, stub: Provider, searching: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*args: object) -> None:
        raise TimeLimitReached("late")

    with monkeypatch.context() as slow:
        slow.setattr(company_profile, "write_profile", late)
        failed = testing.run(job)
    assert (failed.state, failed.error["code"], failed.error["retryable"]) == (
        *("failed", "timeout", True),
    )
    read = len(searching.asked)
    verbs.retry(job.pk)
    assert testing.run(job).state == "completed"
    assert (len(searching.asked), len(stub.calls)) == (read, 1), "what was read was kept"


def test_the_text_of_pages_stays_inside_its_element(job: Job, stub: Provider) -> None:
    testing.run(job)
    [call] = stub.calls
    assert attacks_inside(call, '<source mark="S1"')


def test_a_refused_key_fails_the_job_with_advice(job: Job, searching: Site) -> None:
    searching.pages["/search"] = data({"error": "key"}, 401)
    failed = testing.run(job)
    assert (failed.state, failed.error["code"]) == ("failed", "authentication_failed")
    assert "operator" in failed.error["message"]


def test_a_job_waits_for_the_retry_after_of_a_provider(job: Job, searching: Site) -> None:
    working = searching.pages["/search"]
    searching.pages["/search"] = data({}, 429, Retry_After="40")
    waiting = testing.run(job)
    assert (waiting.state, waiting.error["code"]) == ("scheduled", "rate_limited")
    assert (waiting.run_at - waiting.created_at).total_seconds() >= 39
    searching.pages["/search"] = working
    assert again(job).state == "completed"


def test_an_invalid_answer_is_retried_once(job: Job, stub: Provider) -> None:
    def refuse(call: Call) -> None:
        call.say("I cannot do that.")

    stub.behave = refuse
    assert testing.run(job).error["code"] == "invalid_output"
    assert again(job).state == "failed"


def test_search_results_are_quoted_without_a_model(searching: Site, submit: Submit) -> None:
    done = testing.run(submit("competitor_analysis", **QUERY, url=searching.url))
    [news], [review] = done.output["news"], done.output["reviews"]
    assert news["text"] == "Cranely opens in Oslo"
    assert news["quotation"] == "Cranely opened a yard with 40 cranes in Oslo on 3 March 2026."
    assert review["url"] == REVIEW
