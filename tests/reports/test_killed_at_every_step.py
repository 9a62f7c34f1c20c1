"""Jobs whose process dies at the end of each of their steps."""

from collections.abc import Callable
from signal import SIGTERM
from typing import Any

import pytest

from documents.models import Document
from jobs import testing
from jobs.attempt import steps
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import Sql
from jobs.models import Job
from reports.models import CompetitorProfile, Dashboard, EvidenceItem, OptionAnalysis, Report
from tests.jobs.ai.llm.provider import Behaviour, Provider, write
from tests.jobs.ai.web.site import Site
from tests.people import Person
from tests.reports.conftest import OPTION, ORDER, Submit
from tests.reports.data.given import BY_REGION, SALES, answer_with
from tests.reports.research.cranely import (
    MARKET,
    QUERY,
    evidence,
    open_market,
    open_site,
    profile,
    searches,
)


class Killed(SystemExit):
    """The end of a process by its pool, as far as a handler can see it: nothing is written."""

    def __init__(self) -> None:
        super().__init__(SIGTERM - 256)


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Job], Job]:
    """Give what runs a job that dies once at each step: its work is done, and not yet stored."""
    died: set[str] = set()
    finish = steps.finish

    def die(job: Job, name: str, output: Any) -> bool:
        if name not in died:
            died.add(name)
            raise Killed
        return finish(job, name, output)

    def run(job: Job) -> Job:
        monkeypatch.setattr(steps, "finish", die)
        Job.objects.update(max_attempts=100)
        for attempt in range(1, 100):
            try:
                done = testing.run(job)
            except Killed:
                lost = Sql("id = %s AND attempt = %s", (job.pk, attempt))
                assert verbs.rescue(lost, max_crashes=100, batch=1)
            else:
                assert (done.state, done.attempt) == ("completed", len(died) + 1), done.error
                return done
        raise AssertionError("it never ends")

    return run


def paid_twice_each(done: Job, stub: Provider, calls: int) -> bool:
    """Say whether each call was made twice, its first answer being lost, and all are counted."""
    used: int = done.usage["prompt_tokens"] // 100
    return len(stub.calls) == used == 2 * calls


def test_a_report_is_stored_once_and_each_killed_step_is_paid_again(
    stub: Provider, submit: Submit, upload: Callable[..., Document], killed: Callable[[Job], Job]
) -> None:
    stub.behave = write
    order = {**ORDER, "documents": [str(upload().pk)], "model": "stub"}
    done = killed(submit("generate_report", **order))
    assert paid_twice_each(done, stub, 4)
    report = Report.objects.get()
    assert (report.partial, report.markdown.count("## Cost")) == (False, 1)
    assert len(report.pdf.storage.listdir(f"reports/{report.organization_id}")[1]) == 3


def test_an_analysis_of_an_option_is_stored_once(
    stub: Provider, submit: Submit, killed: Callable[[Job], Job]
) -> None:
    stub.behave = write
    done = killed(submit("option_analysis", **OPTION, model="stub"))
    assert paid_twice_each(done, stub, 4)
    assert str(OptionAnalysis.objects.get().pk) == done.output["analysis_id"]


@pytest.mark.parametrize(
    ("type", "order", "behave", "kept", "searched"),
    [
        ("market_research", MARKET, evidence, (2, 0), 1),
        ("competitor_analysis", QUERY, profile, (0, 1), 2),
    ],
)
def test_research_is_stored_once_and_each_killed_search_runs_again(  # noqa: PLR0917  # fixtures
    type: str, order: dict[str, Any], behave: Behaviour, kept: tuple[int, int], searched: int,
    stub: Provider, site: Site, submit: Submit, settings: Any, killed: Callable[[Job], Job],
) -> None:  # fmt: skip
    settings.AI_SEARCH_PROVIDER, settings.AI_SEARCH_API_KEY = "tavily", "secret"
    settings.AI_SEARCH_BASE_URL, stub.behave = site.url, behave
    open_site(site)
    if type == "market_research":
        open_market(site)
    else:
        order = {**order, "url": site.url}
    done = killed(submit(type, **order, model="stub"))
    assert paid_twice_each(done, stub, 1)
    assert len(searches(site)) == 2 * searched
    assert (EvidenceItem.objects.count(), CompetitorProfile.objects.count()) == kept


def test_a_question_and_its_answer_are_stored_once_with_one_chart(
    stub: Provider, submit: Submit, upload: Callable[..., Document], owner: Person,
    killed: Callable[[Job], Job],
) -> None:  # fmt: skip
    board = Dashboard.objects.create(name="S", owner=owner.user, organization=owner.organization)
    stub.behave = answer_with(BY_REGION, answer="North.")
    table = {"document": str(upload(SALES, "sales.csv").pk), "dashboard": str(board.pk)}
    done = killed(submit("analyze_data", question="What pays?", **table, model="stub"))
    assert paid_twice_each(done, stub, 2)
    assert str(board.widgets.get().pk) == done.output["widgets"][0]["id"]
    assert sorted(board.messages.values_list("role", flat=True)) == ["assistant", "user"]
