"""A brief has its sections and sources, and recommends only with evidence."""

import pytest

from jobs import testing
from reports.briefs.plan import PARTS
from reports.models import Report
from tests.jobs.ai.llm.provider import Provider, write
from tests.reports.conftest import BRIEF, Submit

HEADINGS = [part.heading for part in PARTS]


def section(report: Report, heading: str) -> str:
    """Return the text of a section."""
    return f"\n{report.markdown}".split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("model", ["builtin", "stub"])
def test_a_brief_has_its_sections_and_is_stored_as_a_brief(
    stub: Provider, submit: Submit, model: str
) -> None:
    stub.behave = write
    done = testing.run(submit("brief_generation", **BRIEF, model=model))
    report = Report.objects.get(pk=done.output["report_id"])
    assert (report.kind, report.title) == ("brief", BRIEF["title"])
    assert report.decision == BRIEF["title"]
    found = [line[3:] for line in report.markdown.splitlines() if line.startswith("## ")]
    assert found == [*HEADINGS, "Sources"]
    assert BRIEF["title"] in section(report, "Question")
    assert "| S1 | Tender | text |" in section(report, "Sources")
    assert (report.partial, bool(report.pdf)) == (False, True)


def test_a_brief_without_a_model_quotes_and_recommends_nothing(submit: Submit) -> None:
    testing.run(submit("brief_generation", **BRIEF))
    report = Report.objects.get()
    options = section(report, "Options compared")
    assert "The repair of the deck costs 48,000 euro." in options
    assert "do not mention it" in options.split("### Build a tunnel")[1]
    assert section(report, "Recommendation").strip().startswith("None: without a language model")
    assert "Nothing was found on *Build a tunnel*" in section(report, "Open points")


def test_a_recommendation_that_cites_nothing_is_dropped(stub: Provider, submit: Submit) -> None:
    stub.behave = lambda call: call.say("Build the tunnel, I say. It is shiny [S4].")
    testing.run(submit("brief_generation", **BRIEF, model="stub"))
    report = Report.objects.get()
    assert "cites none of the sources" in section(report, "Recommendation")
    assert "tunnel" in section(report, "Evidence")


def test_a_model_is_not_asked_for_a_recommendation_without_evidence(
    stub: Provider, submit: Submit
) -> None:
    testing.run(submit("brief_generation", **{**BRIEF, "evidence": []}, model="stub"))
    assert "there is no evidence" in section(Report.objects.get(), "Recommendation")
    assert len(stub.calls) == len(PARTS) - 2, "nor is the question"


def test_later_sections_agree_with_those_before(stub: Provider, submit: Submit) -> None:
    stub.behave = write
    testing.run(submit("brief_generation", **BRIEF, model="stub"))
    asked = stub.calls[-1]["messages"][1]["content"]
    assert '<section heading="Recommendation">' in asked
