"""Whatever a model answers, every job type ends with a code, and the cost is on the job."""

from collections.abc import Callable
from typing import Any

import pytest

from documents.models import Document
from jobs import testing
from tests.jobs.ai.llm.provider import USAGE, Behaviour, Provider
from tests.jobs.ai.web.site import Site, page
from tests.reports.conftest import BRIEF, OPTION, Submit

JOBS: dict[str, dict[str, Any]] = {
    "generate_report": {"prompt": "Report on the bridge."},
    "brief_generation": BRIEF,
    "option_analysis": OPTION,
    "analyze_data": {"question": "Who leads?", "rows": [{"region": "North", "n": 1}]},
    "market_research": {"question": "What does the repair cost?"},
    "competitor_analysis": {"company": "Acme"},
}
WRONG: dict[str, Behaviour] = {
    "nothing": lambda call: call.say(""),
    "a page": lambda call: call.answer(200, "<html>Please log in</html>"),
    "megabytes": lambda call: call.say(f"{'bridge' * 2_000} " * 150),
    "another shape": lambda call: call.say('[{"<b>": null}]'),
    "a refusal": lambda call: call.say("I cannot help with that."),
}
TEXTS = {"another shape", "a refusal"}
"""What is a section like any other to the writer of a brief."""


@pytest.mark.parametrize("answer", WRONG)
@pytest.mark.parametrize("name", JOBS)
def test_a_wrong_answer_gives_a_code_and_its_cost(  # noqa: PLR0917  # fixtures
    stub: Provider, site: Site, submit: Submit, upload: Callable[..., Document], name: str,
    answer: str,
) -> None:  # fmt: skip
    site.pages["/"] = page("<h1>Acme</h1><p>Acme repairs bridges for towns and counties.</p>")
    asked = {**JOBS[name], "model": "stub"}
    if name == "market_research":
        asked["documents"] = [str(upload().pk)]
    if name == "competitor_analysis":
        asked["url"] = site.url
    stub.behave = WRONG[answer]
    job = testing.run(submit(name, **asked))
    if name == "brief_generation" and answer in TEXTS:
        assert job.state == "completed"
    else:
        assert (job.state, job.error["code"]) == ("scheduled", "invalid_output")
    # When an endless response is aborted, the provider has not yet sent its token counts.
    answered = 0 if answer in ("a page", "megabytes") else len(stub.calls)
    assert job.usage.get("prompt_tokens", 0) == answered * USAGE["prompt_tokens"]
